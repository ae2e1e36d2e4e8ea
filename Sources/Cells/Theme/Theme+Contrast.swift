extension Theme {
    /// Roles whose text is hard to read on the background or on the selection, by WCAG 2: text 4.5, dim text 3, lines and
    /// bars 1.2. Roles without a colour are the terminal's own and are not judged.
    var contrastProblems: [ThemeProblem] {
        guard let ground = self[.background].background else { return [] }
        var problems: [ThemeProblem] = []
        for role in Role.allCases where role != .background {
            let style = self[role]
            if role.isGround {
                check(role, .text, style.background ?? ground, 4.5, &problems)
            } else if let color = style.foreground {
                judge(role, color, on: style.background ?? ground, least: role.leastContrast, &problems)
            }
        }
        return problems
    }

    private func check(_ ground: Role, _ text: Role, _ below: Color, _ least: Double, _ problems: inout [ThemeProblem])
    {
        guard let color = self[ground].foreground ?? self[text].foreground else { return }
        judge(ground, color, on: below, least: least, &problems)
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
        case .dim: return 3
        default: return 4.5
        }
    }
}
