using Orleans.Mmu.Coordination.Runs;
using Orleans.Mmu.Interfaces.Plans;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Interfaces.Cpus;

/// <summary>
/// A CPU; key "machine/number". Its turns are what its instruction stream does; broadcast TLBIs reach it between them.
/// </summary>
[GrainInterfaceType("mmu.ICpuGrain"), Alias("mmu.ICpuGrain")]
public interface ICpuGrain : IGrainWithStringKey
{
    /// <summary>Out of reset, MMU on, TTBR1 = swapper_pg_dir. Repeats are harmless.</summary>
    [Alias("PowerOn")]
    Task<CpuReport> PowerOn(CancellationToken cancellationToken);

    /// <summary>cpu_die_early().</summary>
    [Alias("Die")]
    Task<CpuReport> Die(CancellationToken cancellationToken);

    /// <summary>
    /// Performs the steps of a phase. A repeat returns the first answer; an epoch that is over does nothing.
    /// </summary>
    [Alias("Perform")]
    Task<CpuAnswer> Perform(PhaseCommand command, CancellationToken cancellationToken);

    /// <summary>
    /// Makes sure that this is the newest activation of the CPU, so that it can count in at once in this epoch, which
    /// the journal has already.
    /// </summary>
    /// <exception cref="Calls.OvertakenException">A newer activation exists.</exception>
    [Alias("Confirm")]
    Task<CpuAnswer> Confirm(long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// Abandons an epoch: a CPU that is parked in it runs again, and its late messages are ignored.
    /// </summary>
    [Alias("Abandon")]
    Task<CpuAnswer> Abandon(long epoch, CancellationToken cancellationToken);

    /// <summary>A window for the adversary.</summary>
    [Alias("Speculate"), AlwaysInterleave]
    Task<CpuAnswer> Speculate(long epoch, RunWindow window, CancellationToken cancellationToken);

    /// <summary>A broadcast TLBI. The answer is its completion on this CPU, which the issuer's DSB waits for.</summary>
    [Alias("Invalidate"), AlwaysInterleave]
    Task Invalidate(TlbiMessage message, CancellationToken cancellationToken);

    /// <summary>Code on the CPU loads from pages and stores to them; what was not as promised comes back.</summary>
    [Alias("Work")]
    Task<CpuAnswer> Work(WorkMessage work, CancellationToken cancellationToken);

    /// <summary>Compares the TLB with the tables of a version, after a flush of all of it.</summary>
    [Alias("Audit")]
    Task<CpuAnswer> Audit(long version, CancellationToken cancellationToken);

    [Alias("GetReport"), AlwaysInterleave]
    Task<CpuReport> GetReport(CancellationToken cancellationToken);

    /// <summary>The state that the CPU is in now; only Online and Dead are persisted.</summary>
    [Alias("GetState"), AlwaysInterleave]
    Task<CpuRunState> GetState(CancellationToken cancellationToken);
}
