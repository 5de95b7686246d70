using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

// Instructions that access no memory.
internal sealed partial class CpuUnfolding
{
    private void Simple(CpuState state, Step step)
    {
        var instance = state.Steps;
        var next = state.Next + 1;
        switch (step)
        {
            case Step.Nothing:
                break;
            case Step.Move move:
                state.Set(move.To, state[move.From].Value, state[move.From].Taint);
                break;
            case Step.Arithmetic arithmetic:
                var (left, right) = (state[arithmetic.Left], state[arithmetic.Right]);
                state.Set(
                    arithmetic.To, Arithmetic.Of(arithmetic.Kind, left.Value, right.Value), left.Taint | right.Taint);
                break;
            case Step.Compare compare:
                state.Equal = state[compare.Left].Value == state[compare.Right].Value;
                state.EqualTaint = state[compare.Left].Taint | state[compare.Right].Taint;
                break;
            case Step.Select select:
                var taken = state[state.Equal == select.WhereEqual ? select.Yes : select.No];
                state.Set(select.To, taken.Value, taken.Taint.PickedBy(state.EqualTaint));
                break;
            case Step.Barrier barrier:
                state.Events.Add(new(barrier.Kind == BarrierKind.Dmb ? EventKind.Dmb : EventKind.Dsb, instance)
                {
                    Accesses = barrier.Accesses,
                    On = On(state),
                });
                break;
            case Step.ContextSynchronization:
                state.Events.Add(new(EventKind.Synchronization, instance) { On = On(state) });
                break;
            case Step.Invalidate invalidate:
                var page = invalidate.Everything ? (Value.Zero, Taint.None) : state[invalidate.Page];
                state.Events.Add(new(EventKind.Invalidation, instance)
                {
                    Everything = invalidate.Everything,
                    Broadcast = invalidate.Broadcast,
                    Page = page.Item1 is Value.PageNumber { Of: { Kind: LocationKind.Data, Page: var named } }
                        ? named : null,
                    On = On(state, page.Item2),
                });
                break;
            case Step.Branch branch:
                next = Branch(state, branch, next);
                break;
            case Step.ExceptionReturn:
                state.Events.Add(new(EventKind.Synchronization, instance) { On = On(state) });
                if (state.ReturnTo.Value is not Value.Code { Index: var target })
                    throw new NotExpressibleException("ERET to what is no instruction");
                next = target;
                state.InHandler = false;
                break;
            case Step.AddressOfLabel address:
                state.Set(address.To, new Value.Code(number, Index(address.Label)), Taint.None);
                break;
            case Step.SetReturnAddress set:
                state.ReturnTo = state[set.From];
                break;
            case Step.GetReturnAddress get:
                state.Set(get.To, state.ReturnTo.Value, state.ReturnTo.Taint);
                break;
            default:
                throw new NotExpressibleException(step.GetType().Name);
        }
        state.Next = next;
    }

    private int Branch(CpuState state, Step.Branch branch, int next)
    {
        if (branch.Kind == BranchKind.Always)
            return Index(branch.To);
        var compares = branch.Kind is BranchKind.Equal or BranchKind.NotEqual;
        var (value, taint) = compares ? (Value.Zero, state.EqualTaint) : state[branch.On];
        state.Branches |= taint;
        var taken = branch.Kind switch
        {
            BranchKind.Equal => state.Equal,
            BranchKind.NotEqual => !state.Equal,
            BranchKind.Zero => value == Value.Zero,
            BranchKind.NotZero => value != Value.Zero,
            _ => throw new NotExpressibleException(branch.Kind.ToString()),
        };
        return taken ? Index(branch.To) : next;
    }
}
