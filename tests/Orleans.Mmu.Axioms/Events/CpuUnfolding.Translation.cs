using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

// Walks, hardware updates and faults.
internal sealed partial class CpuUnfolding
{
    /// <summary>
    /// Translates the address, once for each value that the walk may return, and performs the access where the
    /// translation allows it. Descriptors are accessed without a walk, as in herd.
    /// </summary>
    private void Access(CpuState state, Target target, bool stores, Action<CpuState, Translated> perform)
    {
        var basis = state[target.Base];
        var index = target.Index is { } register ? state[register] : (Value.Zero, default);
        var address = Arithmetic.Of(ArithmeticKind.Add, basis.Value, index.Item1);
        var taint = basis.Taint | index.Item2;
        if (address is not Value.Address { Of: var virtualLocation })
            throw new NotExpressibleException($"an access of {address}");
        var instance = state.Steps;
        if (virtualLocation.Kind == LocationKind.Descriptor)
        {
            if (IsUnprivileged(state))
                TakeFault(state, virtualLocation.ToString(), FaultKind.Permission, null, taint);
            else
                perform(state, new Translated(virtualLocation, null, taint, instance));
            return;
        }
        var page = virtualLocation.Page;
        var descriptor = Location.Descriptor(page);
        foreach (var value in domains.Of(descriptor).ToArray())
        {
            if (value is not Value.Entry { Descriptor: var entry })
                throw new NotExpressibleException($"a walk that finds {value}");
            var after = state.Copy();
            var walk = after.Events.Count;
            after.Events.Add(new(EventKind.Walk, instance)
            {
                Location = descriptor,
                Value = value,
                Page = page,
                On = On(after, taint),
            });
            if (FaultOf(after, entry, stores) is { } fault)
                TakeFault(after, page, fault, entry, taint);
            else
            {
                // A swap that fails may leave the dirty state as it is.
                var translated = new Translated(Location.Data(entry.OutputPage), page, taint, instance);
                if (stores && !entry.Writable && _cpu.Steps[after.Next] is Step.CompareAndSwap)
                {
                    var failing = after.Copy();
                    Update(failing, walk, entry, false, page, instance);
                    perform(failing, translated with { OnlyFails = true });
                }
                Update(after, walk, entry, stores, page, instance);
                perform(after, translated);
            }
        }
    }

    private bool IsUnprivileged(CpuState state) => _cpu.Unprivileged && !state.InHandler;

    private FaultKind? FaultOf(CpuState state, PageDescriptor entry, bool stores) => entry switch
    {
        { Valid: false } => FaultKind.Translation,
        { AccessFlag: false } when !_cpu.UpdatesAccessFlag => FaultKind.AccessFlag,
        { Unprivileged: false } when IsUnprivileged(state) => FaultKind.Permission,
        { Writable: false } when stores && !(_cpu.UpdatesDirtyState && entry.DirtyBitModifier) => FaultKind.Permission,
        _ => null,
    };

    private void Update(CpuState state, int walk, PageDescriptor entry, bool stores, string page, int instance)
    {
        var updated = entry with { AccessFlag = true, Writable = entry.Writable || stores };
        if (updated == entry)
            return;
        Write(state, new(EventKind.Update, instance)
        {
            Location = Location.Descriptor(page),
            Value = new Value.Entry(updated),
            Page = page,
            On = state.Events[walk].On,
            AtomicWith = walk,
            IsOneInstruction = true,
        });
    }

    private void Write(CpuState state, Event write)
    {
        state.Events.Add(write);
        domains.Add(write.Location!.Value, write.Value!);
    }

    private void TakeFault(CpuState state, string? page, FaultKind kind, PageDescriptor? entry, Taint address)
    {
        var retries = program.AfterFault == AfterFault.Retries && kind != FaultKind.Call;
        if (retries && state.Faults.Count > 0)
            return;
        if (state.InHandler)
            return;
        state.Events.Add(new(EventKind.Fault, state.Steps)
        {
            Page = page,
            Location = entry is { Valid: true } ? Location.Data(entry.OutputPage) : null,
            Fault = kind,
            On = On(state, address),
        });
        state.Faults.Add(new TakenFault(number, _cpu.LabelAt(state.Next), page, kind));
        var returnTo = kind == FaultKind.Call ? state.Next + 1 : state.Next;
        if (_cpu.HandlerAt is { } handler)
        {
            state.ReturnTo = (new Value.Code(number, returnTo), Taint.None);
            state.InHandler = true;
            state.Next = handler;
            Run(state);
        }
        else if (retries)
            Run(state);
        else if (program.AfterFault == AfterFault.Skips || kind == FaultKind.Call)
        {
            state.Next++;
            Run(state);
        }
        else
            Finish(state);
    }

    /// <summary>An access that may be performed: its word, and the virtual page where a walk led to it.</summary>
    private readonly record struct Translated(
        Location Location, string? Page, Taint Address, int Instance, bool OnlyFails = false);
}
