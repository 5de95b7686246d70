using System.Numerics;
using Orleans.Mmu.Exploration.Search;

namespace Orleans.Mmu.Checking.Transitions;

/// <content>Sets of which only some members can be there: one bit for each of these.</content>
internal sealed partial class WriterPacking
{
    private static void PutMembers(ref BitWriter writer, uint members, uint set)
    {
        for (uint left = members; left != 0; left &= left - 1)
            writer.Put(set >> BitOperations.TrailingZeroCount(left) & 1, 1);
    }

    private static uint TakeMembers(ref BitReader reader, uint members)
    {
        uint set = 0;
        for (uint left = members; left != 0; left &= left - 1)
            set |= reader.Take(1) << BitOperations.TrailingZeroCount(left);
        return set;
    }

    private static uint Take(ref BitReader reader, int width) => width > 0 ? reader.Take(width) : 0;
}
