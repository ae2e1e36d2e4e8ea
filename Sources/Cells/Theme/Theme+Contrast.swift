extension Theme {
    /// Roles whose text is hard to read on the ground where it is hardest, by WCAG 2 (AA): text 4.5, lines and bars 1.2. Roles
    /// without a colour are the terminal's own and are not judged.
    var contrastProblems: [ThemeProblem] {
        guard let screen = self[.background].background else { return [] }
        let grounds = Role.allCases.filter(\.isGround).map { self[$0].background ?? screen }
        var problems: [ThemeProblem] = []
        for role in Role.allCases where role != .background {
            let style = self[role]
            guard let color = style.foreground ?? (role.isGround ? self[.text].foreground : nil) else { continue }
            let own = style.background ?? (role.isGround ? screen : nil)
            let below = own.map { [$0] } ?? grounds
            if let worst = below.min(by: { color.contrast(with: $0) < color.contrast(with: $1) }) {
                judge(role, color, on: worst, least: role.leastContrast, &problems)
            }
        }
        return problems
    }

    private func judge(
        _ role: Role, _ color: Color, on ground: Color, least: Double, _ problems: inout [ThemeProblem]
    ) {
        let contrast = color.contrast(with: ground)
        guard contrast < least else { return }
        let found = (contrast * 10).rounded() / 10
        problems.append(
            ThemeProblem(
                theme: name, field: "roles.\(role.name)",
                message: "\(color.hex) on \(ground.hex) has a contrast of \(found); \(least) is needed", isAdvice: true)
        )
    }
}

extension Role {
    fileprivate var leastContrast: Double {
        switch self {
        case .lines, .waiting: return 1.2
        default: return 4.5
        }
    }
}
