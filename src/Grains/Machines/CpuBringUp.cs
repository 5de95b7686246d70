using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Reports;
using Orleans.Mmu.Linux.Boot;
using Orleans.Mmu.Linux.Capabilities;
using Orleans.Mmu.Linux.Machines;
using Orleans.Mmu.Linux.Protocols;

namespace Orleans.Mmu.Grains.Machines;

/// <summary>
/// Brings up the CPUs of a machine, and decides with each whether the system can split live (Linux: a capability of the
/// boot CPU that a secondary must have too, made final by setup_system_features()).
/// </summary>
/// <param name="progress">Is told how far it has come.</param>
internal sealed class CpuBringUp(
    MachineDescription machine, InnerShareableDomain domain, BootLog log, Action<BootProgress> progress)
{
    private readonly KernelIsolation _isolation = KernelIsolation.Of(machine);
    private readonly List<int> _online = [];

    /// <summary>The CPUs that are online, in the order in which they came.</summary>
    public IReadOnlyList<int> Online => _online;

    /// <summary>What the CPUs that have come up so far decide.</summary>
    public NoAbortCapability Capability { get; private set; } =
        NoAbortCapability.BootCpu(machine.Cpus[0].KernelTrusts(machine.Rules));

    /// <summary>The CPUs that boot brings up, and the capability made final after them.</summary>
    public async Task BringUp(CancellationToken cancellationToken)
    {
        await PowerOn([0], cancellationToken);
        var secondaries = Enumerable.Range(1, machine.Cpus.Length - 1).Where(c => !machine.Cpus[c].Late).ToList();
        if (secondaries.Count > 0)
            log.Add(BootMessages.Secondaries);
        await PowerOn(secondaries, cancellationToken);
        foreach (int cpu in secondaries)
        {
            Capability = Capability.Secondary(machine.Cpus[cpu].KernelTrusts(machine.Rules), out _);
            log.Clock.StartedCpu();
            log.Add(BootMessages.Booted(cpu, machine.Cpus[cpu].Midr));
        }

        log.Add(BootMessages.BroughtUp(_online.Count));
        log.Add(BootMessages.Activated(_online.Count));
        if (_isolation.Why.ForcedBy is { } by)
            log.Add(BootMessages.IsolationForced(_isolation.Why.Isolates, by));
        Capability = Capability.MakeFinal();
        if (Capability.SystemSupports && machine.Rules.CapabilityDescription is { } description)
            log.Add(BootMessages.Detected(description));
        if (_isolation.Why.Isolates)
            log.Add(BootMessages.Detected(KernelIsolation.Description));
    }

    /// <summary>CPUs that come after the capability was made final; one that conflicts with it dies.</summary>
    public async Task BringUpLate()
    {
        for (int cpu = 0; cpu < machine.Cpus.Length; cpu++)
        {
            if (!machine.Cpus[cpu].Late)
                continue;
            bool local = machine.Cpus[cpu].KernelTrusts(machine.Rules);
            log.Clock.StartedCpu();
            Capability.Secondary(local, out var answer);
            bool refused = answer == CapabilityAnswer.Refused;
            if (!refused && !_isolation.Refuses(machine.Cpus[cpu]))
            {
                await PowerOn([cpu], CancellationToken.None);
                log.Add(BootMessages.Booted(cpu, machine.Cpus[cpu].Midr));
                continue;
            }

            log.Add(refused
                ? BootMessages.Conflict(cpu, machine.Rules.Capability, machine.Rules.CapabilityDescription,
                    Capability.Present, local)
                : BootMessages.Conflict(cpu, KernelIsolation.Capability, KernelIsolation.Description, system: false,
                    local: true));
            log.Add(BootMessages.WillNotBoot(cpu));
            log.Add(BootMessages.DiedEarly(cpu));
            await domain.Ask([cpu], c => c.Die(CancellationToken.None));
        }
    }

    private async Task PowerOn(IReadOnlyList<int> cpus, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress(new("brings up CPUs", _online.Count, machine.Cpus.Length));
        var answers = await domain.Ask(cpus, cpu => cpu.PowerOn(CancellationToken.None));
        var up = answers.Given.Where(a => a.State != CpuRunState.Offline).Select(a => a.Id).Order().ToList();
        _online.AddRange(up);
        foreach (int cpu in cpus.Except(up))
            log.Add($"CPU{cpu}: failed to come online");
    }
}
