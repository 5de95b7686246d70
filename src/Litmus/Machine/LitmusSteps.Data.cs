using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Arithmetic and comparisons.</summary>
internal sealed partial class LitmusSteps
{
    private void Compute(LitmusCpu cpu, ArithmeticInstruction instruction)
    {
        var left = cpu.Read(instruction.Left);
        var right = LitmusArithmetic.Modified(test, instruction, cpu.Read(instruction.Right));
        var taint = cpu.Taint(instruction.Left).Max(cpu.Taint(instruction.Right));
        if (instruction.SetsFlags)
        {
            cpu.Compared = LitmusArithmetic.Compared(test, instruction, left, right);
            cpu.ComparedTaint = taint;
            if (instruction.Target.IsZero)
                return;
        }

        cpu.Set(instruction.Target, LitmusArithmetic.Compute(test, instruction, left, right), taint);
    }
}
