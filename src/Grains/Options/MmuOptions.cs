using Orleans.Mmu.Interfaces.Calls;
using Orleans.Mmu.Interfaces.Clusters;

namespace Orleans.Mmu.Grains.Options;

/// <summary>
/// Timeouts of a run and the density of the adversary's windows. Section "Mmu" of the configuration.
/// </summary>
public sealed class MmuOptions
{
    /// <summary>
    /// How long a machine's grains stay in memory without a call: TLBs, versions of its tables, its run. Persisted
    /// state stays.
    /// </summary>
    public const int MinutesIdle = 2;

    /// <summary>How long one call to a CPU may take before it is repeated.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call is made before the CPU counts as silent.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>How long a grain may be nowhere, because its silo was lost, before its caller gives up.</summary>
    public TimeSpan Failover { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a parked CPU wakes to read the flag by itself.</summary>
    public TimeSpan WakePeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long a reminder takes up a boot whose silo was lost, where no call does so before.</summary>
    public TimeSpan RecoveryPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a boot is taken up before it is given up: one that ends every silo must end.</summary>
    public int TakeUps { get; set; } = 20;

    /// <summary>
    /// The most windows inside a range of a repaint. A repaint publishes a version of the tables for each, at most
    /// twice as many where the number of blocks does not divide well, in two ranges together; the writer keeps 64
    /// versions, since a CPU that has lost its memory asks for the first of them.
    /// </summary>
    public const int MaxWindowsPerRange = 24;

    /// <summary>
    /// Windows for the adversary inside each range of a repaint; 1 to <see cref="MaxWindowsPerRange"/>.
    /// </summary>
    public int WindowsPerRange { get; set; } = 6;

    /// <summary>Machines that a silo boots at once; the others wait.</summary>
    public int BootsAtOnce { get; set; } = 16;

    /// <summary>Machines that may wait for their turn on a silo; more are refused.</summary>
    public int BootsWaiting { get; set; } = 1000;

    /// <summary>
    /// Bytes that a silo's booting and waiting machines, explorations and replays may take together; null for half of
    /// the process's limit.
    /// </summary>
    public long? BootMemory { get; set; }

    /// <summary>
    /// Whether a silo without work gives memory back to the operating system, for which all threads of the process
    /// stop. The silo program sets it; a silo inside another program leaves that to the program.
    /// </summary>
    public bool ReturnsMemory { get; set; }

    /// <summary>Machines that the cluster's list holds, in parts of equal size.</summary>
    public int MachinesListed { get; set; } = MachineIndex.Parts * 1024;

    /// <summary>Machines that one part of the list holds; the boot of another one is refused.</summary>
    internal int MachinesInPart => MachinesListed / MachineIndex.Parts;

    /// <summary>How grains repeat calls to each other.</summary>
    internal RetryPolicy Retries(TimeProvider time) => new(Attempts, AnswerTimeout, Failover, time);

    /// <summary>Where the grains of one machine live.</summary>
    public MachineSpread Placement { get; set; } = MachineSpread.Together;
}
