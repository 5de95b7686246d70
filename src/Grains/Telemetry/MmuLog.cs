using Microsoft.Extensions.Logging;
using Orleans.Mmu.Interfaces.Reports;

namespace Orleans.Mmu.Grains.Telemetry;

/// <summary>What the grains say in the log; machine and epoch are always fields of these names.</summary>
internal static partial class MmuLog
{
    [LoggerMessage(100, LogLevel.Information, "Machine {Machine} boots, to repaint by {Protocol} if it must, with "
        + "seed {Seed}")]
    public static partial void BootBegins(this ILogger logger, string machine, string protocol, long seed);

    [LoggerMessage(101, LogLevel.Information, "Machine {Machine} is {Outcome} in mode {Mode} with {Violations} "
        + "violations")]
    public static partial void BootEnds(
        this ILogger logger, string machine, MachineOutcome outcome, string mode, int violations);

    [LoggerMessage(102, LogLevel.Warning, "Machine {Machine} lost its silo; its boot is taken up for the {Count}. "
        + "time")]
    public static partial void BootTakenUp(this ILogger logger, string machine, int count);

    [LoggerMessage(105, LogLevel.Warning, "Machine {Machine} is not booted on this silo: {Reason}")]
    public static partial void BootRefused(this ILogger logger, string machine, string reason);

    [LoggerMessage(106, LogLevel.Error, "Machine {Machine} is given up: {Reason}")]
    public static partial void BootGivenUp(this ILogger logger, string machine, string reason);

    [LoggerMessage(103, LogLevel.Information, "Machine {Machine} keeps the reminder of its boot for now: {Reason}")]
    public static partial void ReminderStays(this ILogger logger, string machine, string reason);

    [LoggerMessage(104, LogLevel.Warning, "Machine {Machine} violates {Rule}: {Message}")]
    public static partial void Violated(this ILogger logger, string machine, string rule, string message);

    [LoggerMessage(107, LogLevel.Error, "Machine {Machine} cannot boot, and no reminder repeats its boot: {Reason}")]
    public static partial void BootFails(this ILogger logger, string machine, string reason);

    [LoggerMessage(110, LogLevel.Information, "Machine {Machine} begins {Protocol} in epoch {Epoch} on {Cpus} CPUs")]
    public static partial void RunBegins(this ILogger logger, string machine, string protocol, long epoch, int cpus);

    [LoggerMessage(111, LogLevel.Warning, "Machine {Machine} lost the silo of its coordinator; epoch {Epoch} takes "
        + "the run up for the {Count}. time")]
    public static partial void RunTakenUp(this ILogger logger, string machine, long epoch, int count);

    [LoggerMessage(112, LogLevel.Debug, "Machine {Machine}, epoch {Epoch}: {Phase}")]
    public static partial void PhaseBegins(this ILogger logger, string machine, long epoch, string phase);

    [LoggerMessage(113, LogLevel.Information, "Machine {Machine}, epoch {Epoch}: {Outcome}, {Parked} CPUs parked, "
        + "{Blocks} blocks split, {Microseconds} us of model time")]
    public static partial void RunEnds(this ILogger logger, string machine, long epoch, MachineOutcome outcome,
        int parked, long blocks, long microseconds);
}
