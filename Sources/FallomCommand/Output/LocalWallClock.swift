import Display
import Glibc
import TraceModel

extension WallClock {
    /// The clock of the system's time zone (`TZ`), summer time included.
    static let local = WallClock { moment in
        var time = time_t(moment.unixNanoseconds / 1_000_000_000)
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return 0 }
        return parts.tm_gmtoff
    }
}
