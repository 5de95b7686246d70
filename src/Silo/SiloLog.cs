using System.Net;

namespace Orleans.Mmu.Silo;

/// <summary>Log messages of a silo.</summary>
internal static partial class SiloLog
{
    [LoggerMessage(
        10, LogLevel.Warning,
        "Silo:AcceptPlaintextRisk: {Address} is open without TLS: every program that reaches it may call every " +
        "grain and read every message")]
    public static partial void PlaintextRisk(this ILogger logger, IPAddress address);

    [LoggerMessage(
        11, LogLevel.Critical,
        "{Silo} {Lack} in the table of members any more, and stops: it is in no cluster (did Redis lose its data?)")]
    public static partial void NoMember(this ILogger logger, SiloAddress silo, string lack);

    [LoggerMessage(13, LogLevel.Error, "The pages of machine {Key} are not brought up to date any more")]
    public static partial void WatchFailed(this ILogger logger, string key, Exception exception);

    [LoggerMessage(12, LogLevel.Warning, "The table of members could not be read; it is read again soon: {Reason}")]
    public static partial void TableUnread(this ILogger logger, string reason);
}
