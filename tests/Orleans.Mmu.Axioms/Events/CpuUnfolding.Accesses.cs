using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

// Explicit reads and writes.
internal sealed partial class CpuUnfolding
{
    private void Read(CpuState state, Step.Load load, Translated target)
    {
        foreach (var value in domains.Of(target.Location).ToArray())
        {
            var after = state.Copy();
            var taint = AddRead(after, target, value, load.Order, noReturn: false);
            after.Set(load.To, value, taint);
            if (load.Exclusive)
                after.Reserved = after.Events.Count - 1;
            Continue(after);
        }
    }

    private void Write(CpuState state, Step.Store store, Translated target)
    {
        var from = state[store.From];
        Write(state, Stored(state, target, from, store.Release));
        Continue(state);
    }

    private void StoreExclusive(CpuState state, Step.StoreExclusive store)
    {
        var failed = state.Copy();
        failed.Set(store.Status, new Value.Number(1), Taint.None);
        failed.Reserved = null;
        Continue(failed);
        if (state.Reserved is not { } read)
            return;
        Access(state, store.To, stores: true, (after, target) =>
        {
            if (after.Events[read].Location != target.Location)
                return;
            Write(after, Stored(after, target, after[store.From], store.Release) with { AtomicWith = read });
            after.Set(store.Status, Value.Zero, Taint.None);
            after.Reserved = null;
            Continue(after);
        });
    }

    private void ReadAndWrite(CpuState state, Step.Atomic atomic, Translated target)
    {
        foreach (var value in domains.Of(target.Location).ToArray())
        {
            var after = state.Copy();
            var operand = after[atomic.From];
            var order = atomic.Acquire && !atomic.To.IsZero ? LoadOrder.Acquire : LoadOrder.Plain;
            var taint = AddRead(after, target, value, order, atomic.To.IsZero);
            var written = atomic.Kind switch
            {
                AtomicKind.Swap => operand.Value,
                AtomicKind.Add => Arithmetic.Of(ArithmeticKind.Add, value, operand.Value),
                AtomicKind.Set => Arithmetic.Of(ArithmeticKind.Or, value, operand.Value),
                AtomicKind.Clear => Arithmetic.Of(ArithmeticKind.Clear, value, operand.Value),
                _ => throw new NotExpressibleException(atomic.Kind.ToString()),
            };
            written = atomic.From.Narrow ? CpuState.Narrowed(written) : written;
            // What LDADD, LDSET and LDCLR write is made from what they have read; SWP writes its register. Their own
            // read is in the write's dtrm, but not in its data, which leaves out what is in the same instruction.
            var stored = Stored(after, target, (written, operand.Taint), atomic.Release);
            Write(after, stored with
            {
                AtomicWith = after.Events.Count - 1,
                IsOneInstruction = true,
                Made = atomic.Kind == AtomicKind.Swap ? stored.Made : stored.Made | taint,
            });
            after.Set(atomic.To, value, taint);
            Continue(after);
        }
    }

    /// <summary>A swap that fails writes back what it has read, or nothing.</summary>
    private void CompareAndSwap(CpuState state, Step.CompareAndSwap swap, Translated target)
    {
        foreach (var value in domains.Of(target.Location).ToArray())
        {
            var succeeds = value == state[swap.Old].Value;
            if (succeeds && target.OnlyFails)
                continue;
            foreach (var writes in succeeds ? [true] : new[] { false, true })
            {
                var after = state.Copy();
                var taint = AddRead(
                    after, target, value, swap.Acquire ? LoadOrder.Acquire : LoadOrder.Plain, noReturn: false);
                if (writes)
                {
                    var from = succeeds ? after[swap.New] : (value, Taint.None);
                    var stored = Stored(after, target, from, swap.Release);
                    Write(after, stored with
                    {
                        AtomicWith = after.Events.Count - 1,
                        IsOneInstruction = true,
                        Made = succeeds ? stored.Made : stored.Made | taint,
                    });
                }
                after.Set(swap.Old, value, taint);
                Continue(after);
            }
        }
    }

    /// <returns>
    /// What the value that was read depends on: the read, its address, and what its own CPU stored there.
    /// </returns>
    private static Taint AddRead(CpuState state, Translated target, Value value, LoadOrder order, bool noReturn)
    {
        state.Events.Add(new(EventKind.Read, target.Instance)
        {
            Location = target.Location,
            Value = value,
            Page = target.Page,
            Acquire = order == LoadOrder.Acquire,
            AcquirePc = order == LoadOrder.AcquirePc,
            NoReturn = noReturn,
            On = On(state, target.Address),
        });
        var taint = Taint.Of(state.Events.Count - 1) | target.Address;
        var stored = state.Events.FindLastIndex(
            state.Events.Count - 1, each => each.Kind == EventKind.Write && each.Location == target.Location);
        return stored < 0 ? taint : taint | state.Events[stored].Made;
    }

    private static Event Stored(CpuState state, Translated target, (Value Value, Taint Taint) from, bool release) =>
        new(EventKind.Write, target.Instance)
        {
            Location = target.Location,
            Value = from.Value,
            Page = target.Page,
            Release = release,
            On = On(state, target.Address, from.Taint),
            Made = target.Address | from.Taint,
        };

    private void Continue(CpuState state)
    {
        state.Next++;
        Run(state);
    }
}
