using System.Collections.Immutable;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Layout;
using Orleans.Mmu.Linux.Machines;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// The kernel's log, stamped with the model time since the boot began. Lines that begin with "mmu:" are the
/// laboratory's.
/// </summary>
internal sealed class BootLog(BootClock clock)
{
    private readonly List<string> _lines = [];

    /// <summary>What its stamps are read from.</summary>
    public BootClock Clock => clock;

    public ImmutableArray<string> Lines => [.. _lines];

    public void Add(string message) =>
        _lines.Add(BootMessages.Stamp(clock.Now.Seconds, message));

    /// <param name="takenUp">How often the machine's silo was lost since its boot began.</param>
    public void Begin(MachineDescription machine, int takenUp)
    {
        Add(BootMessages.Booting(machine.Cpus[0].Midr));
        Add(BootMessages.Version(machine.Rules.Version));
        Add(BootMessages.Machine(machine.Name));
        Add(BootMessages.CommandLine(machine.CommandLine.Text));
        foreach (string warning in machine.CommandLine.Warnings)
            Add(warning);
        if (KernelIsolation.Of(machine).HasKaslr)
            Add(BootMessages.KaslrEnabled);
        if (LinearMapLayout.Of(machine).Boot.Removed.Count > 0)
            Add(BootMemory.DoesNotFit);
        if (takenUp > 0)
            Add($"mmu: the machine's silo was lost {Times(takenUp)}; its boot is taken up here");
    }

    public void Painted(MapReport map) =>
        Add($"mmu: linear map painted: {string.Join(", ", map.Leaves.Select(l => $"{l.Value} x {l.Key}"))}; "
            + $"{map.TableBytes >> 10}K of tables");

    public void Repainted(RepaintReport done)
    {
        Add(done.Stopped
            ? $"mmu: {Counted.Of(done.Parked, "CPU")} parked, {Counted.Of(done.SplitBlocks, "block")} split to pages, "
                + $"stopped for {done.Duration.Microseconds} us"
            : $"mmu: no CPU was stopped, {done.SplitBlocks} blocks split to pages in {done.Duration.Microseconds} us");
        if (done.TakenUp > 0)
            Add($"mmu: the run's silo was lost {Times(done.TakenUp)}; epoch {done.Epoch} ended what was begun, and "
                + $"what was seen in between is lost");
        if (done.Reborn.Length > 0)
            Add($"mmu: CPUs {string.Join(", ", done.Reborn)} lost their silo; what their TLBs held went with it");
    }

    /// <param name="descriptors">Descriptors that CPU 0 stored.</param>
    /// <param name="waiting">CPUs that waited on the reserved table.</param>
    public void Rewritten(KernelIsolation isolation, long descriptors, int waiting) =>
        Add($"mmu: kpti_install_ng_mappings: {descriptors} descriptors became non-global while {waiting} CPUs waited "
            + $"on reserved_pg_dir, because {isolation.Why.Sentence}");

    public void End(MachineOutcome outcome, int violations) =>
        Add($"mmu: {(outcome == MachineOutcome.Online ? "online" : $"stopped: {outcome}")}, "
            + Counted.Of(violations, "violation"));

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
