using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Events;

/// <summary>What arithmetic makes of two values: numbers, an address and 0, a descriptor and bits.</summary>
internal static class Arithmetic
{
    // Bits of a descriptor that tests set and clear: VALID, AP[1], AP[2] (writable where it is 0), AF, DBM.
    private const long Valid = 1, User = 1L << 6, ReadOnly = 1L << 7, Accessed = 1L << 10, Modifier = 1L << 51;

    public static Value Of(ArithmeticKind kind, Value left, Value right) => (left, right) switch
    {
        (Value.Number a, Value.Number b) => new Value.Number(Of(kind, a.Bits, b.Bits)),
        (Value.Entry entry, Value.Number bits) => OfDescriptor(kind, entry.Descriptor, bits.Bits),
        (Value.Address address, Value.Number { Bits: 12 }) when kind == ArithmeticKind.ShiftRight =>
            new Value.PageNumber(address.Of),
        (Value.Code code, Value.Number bytes) when kind == ArithmeticKind.Add && bytes.Bits % 4 == 0 =>
            code with { Index = code.Index + (int)(bytes.Bits / 4) },
        (var value, Value.Number { Bits: 0 })
            when kind is ArithmeticKind.Add or ArithmeticKind.Subtract or ArithmeticKind.Or
                or ArithmeticKind.ExclusiveOr => value,
        (Value.Number { Bits: 0 }, var value)
            when kind is ArithmeticKind.Add or ArithmeticKind.Or or ArithmeticKind.ExclusiveOr => value,
        (_, Value.Number { Bits: 0 }) or (Value.Number { Bits: 0 }, _) when kind == ArithmeticKind.And => Value.Zero,
        _ when left == right && kind is ArithmeticKind.ExclusiveOr or ArithmeticKind.Subtract => Value.Zero,
        _ when left == right && kind is ArithmeticKind.And or ArithmeticKind.Or => left,
        _ => throw new NotExpressibleException($"{kind} of {left} and {right}"),
    };

    private static long Of(ArithmeticKind kind, long left, long right) => kind switch
    {
        ArithmeticKind.Add => left + right,
        ArithmeticKind.Subtract => left - right,
        ArithmeticKind.And => left & right,
        ArithmeticKind.Or => left | right,
        ArithmeticKind.ExclusiveOr => left ^ right,
        ArithmeticKind.Clear => left & ~right,
        ArithmeticKind.ShiftRight => (long)((ulong)left >> (int)right),
        _ => throw new NotExpressibleException(kind.ToString()),
    };

    private static Value OfDescriptor(ArithmeticKind kind, PageDescriptor descriptor, long bits)
    {
        if (bits == 0 && kind is not ArithmeticKind.And)
            return new Value.Entry(descriptor);
        if ((bits & ~(Valid | User | ReadOnly | Accessed | Modifier)) != 0)
            throw new NotExpressibleException($"{kind} of a descriptor and {bits}");
        return kind switch
        {
            ArithmeticKind.Or => new Value.Entry(With(descriptor, bits, true)),
            ArithmeticKind.Clear => new Value.Entry(With(descriptor, bits, false)),
            ArithmeticKind.And => new Value.Number(Bits(descriptor) & bits),
            _ => throw new NotExpressibleException($"{kind} of a descriptor"),
        };
    }

    private static PageDescriptor With(PageDescriptor descriptor, long bits, bool set) => descriptor with
    {
        Valid = (bits & Valid) != 0 ? set : descriptor.Valid,
        Unprivileged = (bits & User) != 0 ? set : descriptor.Unprivileged,
        Writable = (bits & ReadOnly) != 0 ? !set : descriptor.Writable,
        AccessFlag = (bits & Accessed) != 0 ? set : descriptor.AccessFlag,
        DirtyBitModifier = (bits & Modifier) != 0 ? set : descriptor.DirtyBitModifier,
    };

    private static long Bits(PageDescriptor descriptor) =>
        (descriptor.Valid ? Valid : 0) | (descriptor.Unprivileged ? User : 0) | (descriptor.Writable ? 0 : ReadOnly)
        | (descriptor.AccessFlag ? Accessed : 0) | (descriptor.DirtyBitModifier ? Modifier : 0);
}
