using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Arithmetic and comparisons.</summary>
internal sealed partial class LitmusSteps
{
    private void Compute(LitmusCpu cpu, ArithmeticInstruction instruction)
    {
        var left = cpu.Read(instruction.Left);
        var right = LitmusArithmetic.Extend(cpu.Read(instruction.Right), instruction.Extension);
        var taint = cpu.Taint(instruction.Left).Max(cpu.Taint(instruction.Right));
        if (instruction.SetsFlags)
        {
            if (left.Kind != right.Kind && left.Kind != LitmusValueKind.Number && right.Kind != LitmusValueKind.Number)
                throw new InputException(
                    test.Source, instruction.Line,
                    $"expected two numbers or two addresses, found {test.Names.Text(left)} and " +
                    $"{test.Names.Text(right)} in {instruction.Text}");
            // An address or a descriptor never equals a small number. W registers are compared as 32-bit numbers; sign
            // extension keeps both their signed and their unsigned order.
            if (!instruction.Left.Wide)
                (left, right) = (Extend(left), Extend(right));
            cpu.Compared = left.Kind == right.Kind
                ? (left.Bits, right.Bits)
                : (left.Kind == LitmusValueKind.Number ? left.Bits : long.MaxValue,
                        right.Kind == LitmusValueKind.Number ? right.Bits : long.MaxValue);
            cpu.ComparedTaint = taint;
            if (instruction.Target.IsZero)
                return;
        }

        cpu.Set(instruction.Target, LitmusArithmetic.Compute(test, instruction, left, right), taint);
    }

    private static LitmusValue Extend(LitmusValue value) =>
        value.Kind == LitmusValueKind.Number ? LitmusValue.Number((int)value.Bits) : value;
}
