using Orleans.Mmu.Arm.Invalidation;
using Orleans.Mmu.Grains.Domain;
using Orleans.Mmu.Interfaces.Cpus;
using Orleans.Mmu.Interfaces.Tables;

namespace Orleans.Mmu.Grains.Tables;

/// <summary>Linux's functions on a machine that has booted: the stores of a call, and then its flush.</summary>
internal sealed partial class PageTableGrain
{
    public async Task<KernelCallAnswer> Call(KernelCallCommand command, CancellationToken cancellationToken)
    {
        _ = Tables.Current;
        if (Tables.Call is { } last && command.Sequence < last.Sequence)
            return (last.Answer ?? Tables.Answer(last.Change, [], 0)) with { Stale = true };
        if (Tables.Call is not { } same || command.Sequence > same.Sequence)
            await ChangeAsync(new(null, command with { Cpus = [] }));
        // The stores are visible before the TLBI is sent, and the call returns after it: dsb(ishst), tlbi, dsb(ish). If
        // the activation that sent it is lost, it is not known how far the TLBI came, and it is sent again.
        var call = Tables.Call!;
        return call.Answer ??= await FlushAsync(command, call);
    }

    private async Task<KernelCallAnswer> FlushAsync(KernelCallCommand command, LastCall call)
    {
        IReadOnlyList<TlbiOperation> flushes = command.LeaveOutFlush ? [] : call.Change.Call!.Value.Flushes;
        var silent = flushes.Count == 0 ? []
            : await new InnerShareableDomain(GrainFactory, this.GetPrimaryKeyString(), options.Value, time, meter)
            .Broadcast(command.Cpus, flushes, TlbiMessage.RunTimeEpoch, command.Sequence, Tables.Current.Version);
        return Tables.Answer(call.Change, silent, flushes.Count);
    }
}
