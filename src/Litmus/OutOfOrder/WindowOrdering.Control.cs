using Orleans.Mmu.Litmus.Machine;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.OutOfOrder;

/// <summary>Branches, exceptions and returns: which instruction is fetched next, and on which guess.</summary>
internal sealed partial class WindowOrdering
{
    // Takes an exception: the instruction that follows.
    private int? Enter(LitmusFault fault, int returnsTo, int at, ulong picked)
    {
        _so.HasFaulted = true;
        if (programs.EntrySynchronizes(fault))
            _so.SynchronizeContext(picked);
        if (programs.Handler(_cpu.Number) is { } handler)
        {
            _so.InHandler = true;
            _flow.Link = FlowingValue.Of(LitmusValue.Code(_cpu.Number, returnsTo));
            return handler;
        }

        return programs.AfterFault(_cpu.Number, at, returnsTo);
    }

    private int? Return(Instruction instruction)
    {
        _so.InHandler = false;
        if (programs.Test.Variant.ReturnSynchronizes)
            _so.SynchronizeContext(0);
        if (!_flow.Link.Known)
            return null;
        int target = programs.Linked(_cpu.Number, _flow.Link.Value, instruction);
        return _guesses ? null : target;
    }

    private bool IsRight(in WindowEntry entry, bool? known, ref EntryOrder order, out bool? assumed)
    {
        order.IsOpen = known is null;
        assumed = known ?? (entry.Guess == Guess.None ? null : entry.Guess == Guess.Holds);
        _guesses |= known is null && entry.Guess != Guess.None;
        return known is null || entry.Guess == Guess.None || known == (entry.Guess == Guess.Holds);
    }

    // No instruction of another round of a loop is fetched on a guess: loads of one round read no later than those of
    // the next, so that a round that ends on a guess adds no state.
    private int? Follow(bool? taken, int target, int at, ulong reads)
    {
        _so.Control |= reads;
        return taken switch
        {
            null => null,
            true => target <= at && _guesses ? null : target,
            false => programs.After(_cpu.Number, at),
        };
    }
}
