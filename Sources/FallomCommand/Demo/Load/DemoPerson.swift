/// Somebody who uses the demo's app: what assignment rules look at.
struct DemoPerson: Hashable, Sendable {
    var customer: String
    var name: String
    /// The assignment context.
    var context: [(name: String, value: String)] {
        [("plan", plan), ("region", region), ("email", email)]
    }
    var plan: String
    var region: String
    var email: String

    private init(_ customer: String, _ name: String, _ plan: String, _ region: String, _ email: String) {
        self.customer = customer
        self.name = name
        self.plan = plan
        self.region = region
        self.email = email
    }

    /// Whom a rule of the customers' config names.
    static let grace = DemoPerson("vip-user-123", "Grace", "enterprise", "eu-west-1", "grace@bigco.example")

    static let all = [
        DemoPerson("user-456", "Ana", "free", "us-east-1", "ana@example.com"),
        DemoPerson("user-1180", "Ben", "free", "us-west-2", "ben@example.net"),
        DemoPerson("user-2093", "Chloé", "pro", "eu-west-1", "chloe@example.fr"),
        DemoPerson("user-3317", "Daichi", "pro", "ap-northeast-1", "daichi@example.jp"),
        DemoPerson("user-4041", "Elif", "free", "eu-central-1", "elif@example.org"),
        DemoPerson("user-5210", "Farid", "pro", "me-central-1", "farid@example.ae"),
        grace,
        DemoPerson("vip-user-77", "Hiro", "enterprise", "ap-northeast-1", "hiro@bigco.example"),
        DemoPerson("acme-ci", "the build", "enterprise", "us-east-1", "ci@acme.example"),
        DemoPerson("user-6122", "Ingrid", "free", "eu-north-1", "ingrid@example.no"),
        DemoPerson("user-7008", "João", "free", "sa-east-1", "joao@example.com.br"),
        DemoPerson("user-8214", "Kavya", "pro", "ap-south-1", "kavya@example.in"),
        DemoPerson("city-hall", "Lena", "enterprise", "eu-west-1", "lena@city.example.gov"),
    ]
}
