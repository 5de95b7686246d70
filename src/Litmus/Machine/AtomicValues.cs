using System.Diagnostics;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// What an atomic stores: a number, an exchanged value of any kind, or a descriptor with bits changed.
/// </summary>
internal sealed class AtomicValues(LitmusTest test)
{
    /// <exception cref="InputException">The operation is not defined for these kinds of values.</exception>
    public LitmusValue Of(AtomicInstruction atomic, LitmusValue old, LitmusValue operand)
    {
        if (atomic.Operation == LitmusAtomicOperation.Exchange)
            return operand;
        if (operand.Kind == LitmusValueKind.Number && old.Kind == LitmusValueKind.Number)
            return LitmusValue.Number(Numbers(atomic, old.Bits, operand.Bits));
        if (operand.Kind == LitmusValueKind.Number && old.Kind == LitmusValueKind.Descriptor)
        {
            var held = test.Names.Descriptors[(int)old.Bits];
            ulong mask = (ulong)operand.Bits;
            var changed = atomic.Operation switch
            {
                LitmusAtomicOperation.Set => DescriptorBits.Set(held, mask),
                LitmusAtomicOperation.Clear => DescriptorBits.Clear(held, mask),
                LitmusAtomicOperation.Xor => DescriptorBits.Invert(held, mask),
                _ => null,
            };
            if (changed is not null)
                return LitmusValue.Descriptor(test.Number(changed));
        }

        throw new InputException(
            test.Source, atomic.Line,
            $"expected numbers, or a descriptor and a mask of valid, el0, db, af, dbm or x, found "
            + $"{test.Names.Text(old)} and {test.Names.Text(operand)} in {atomic.Text}");
    }

    private static long Numbers(AtomicInstruction atomic, long old, long operand)
    {
        bool wide = atomic.Source.Wide;
        // Signed comparisons of W registers compare their lower halves.
        long signedOld = wide ? old : (int)old, signedOperand = wide ? operand : (int)operand;
        long stored = atomic.Operation switch
        {
            LitmusAtomicOperation.Exchange => operand,
            LitmusAtomicOperation.Add => unchecked(old + operand),
            LitmusAtomicOperation.Clear => old & ~operand,
            LitmusAtomicOperation.Set => old | operand,
            LitmusAtomicOperation.Xor => old ^ operand,
            LitmusAtomicOperation.SignedMax => Math.Max(signedOld, signedOperand),
            LitmusAtomicOperation.SignedMin => Math.Min(signedOld, signedOperand),
            LitmusAtomicOperation.UnsignedMax => (long)Math.Max((ulong)old, (ulong)operand),
            LitmusAtomicOperation.UnsignedMin => (long)Math.Min((ulong)old, (ulong)operand),
            _ => throw new UnreachableException($"no rule says what {atomic.Operation} stores"),
        };
        return wide ? stored : (uint)stored;
    }
}
