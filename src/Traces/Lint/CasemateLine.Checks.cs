using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>What an event must have, and the ranges that it may name.</summary>
internal ref partial struct CasemateLine
{
    private readonly string Event =>
        Encoding.Latin1.GetString(_name) + (_operation.IsEmpty ? "" : $" {Encoding.Latin1.GetString(_operation)}");

    private readonly void Require(bool has, string field)
    {
        if (!has)
            throw new InputException(file, number, $"expected the field {field} in {Event}, found none");
    }

    // Pages are allocated and freed, and words are set. A range does not go on at address 0.
    private readonly void CheckRange(in CasemateEvent happened)
    {
        ulong unit = happened.Kind switch
        {
            CasemateEventKind.MemoryInit or CasemateEventKind.MemoryFree => LintedPage.Size,
            CasemateEventKind.MemorySet => 8,
            _ => 0,
        };
        if (unit == 0)
            return;
        string? expected = happened.Size == 0 ? "a size above 0"
            : ((happened.Address | happened.Size) & (unit - 1)) != 0 ? $"multiples of 0x{unit:x}"
            : happened.Size - 1 > ulong.MaxValue - happened.Address ? "a range that ends at 2^64 or before"
            : null;
        if (expected is not null)
        {
            throw new InputException(
                file, number,
                $"expected {expected} in {Event}, found address 0x{happened.Address:x} and size 0x{happened.Size:x}");
        }
    }
}
