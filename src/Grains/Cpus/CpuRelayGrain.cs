using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Grains.Options;
using Orleans.Mmu.Grains.Placement;
using Orleans.Mmu.Grains.Telemetry;
using Orleans.Mmu.Interfaces.Cpus;

namespace Orleans.Mmu.Grains.Cpus;

/// <summary>Passes calls on. Where its CPUs are elsewhere meanwhile, the calls find them there.</summary>
[GrainType("cpurelay"), MachinePlacement, Reentrant, CollectionAgeLimit(Minutes = MmuOptions.MinutesIdle)]
public sealed class CpuRelayGrain(IOptions<MmuOptions> options, TimeProvider time, MmuMeter meter)
    : Grain, ICpuRelayGrain
{
    private InnerShareableDomain _domain = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _domain = new(GrainFactory, CpuKey.Parse(this.GetPrimaryKeyString()).Machine, options.Value, time, meter);
        return Task.CompletedTask;
    }

    public Task Prepare(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<ImmutableArray<CpuAnswer>> PerformAll(
        PhaseCommand command, ImmutableArray<int> cpus, CancellationToken cancellationToken) =>
        [.. (await _domain.Ask(cpus, c => c.Perform(command, CancellationToken.None), once: true)).Given];

    public async Task<ImmutableArray<int>> InvalidateAll(
        TlbiMessage message, ImmutableArray<int> cpus, CancellationToken cancellationToken) =>
        [.. cpus.Except(await _domain.Tell(cpus, c => c.Invalidate(message, CancellationToken.None), once: true))];
}
