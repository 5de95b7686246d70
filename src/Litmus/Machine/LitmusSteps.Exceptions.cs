using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Exceptions that no access causes, and the return from an exception.</summary>
internal sealed partial class LitmusSteps
{
    // An SVC returns to the instruction after it, a UDF to itself.
    private bool Take(LitmusState state, int cpuNumber, ExceptionInstruction exception)
    {
        var cpu = state.Cpus[cpuNumber];
        var type = exception.IsUndefined ? LitmusFault.UndefinedInstruction : LitmusFault.SupervisorCall;
        return context.TryEnter(
            state, cpuNumber, new(cpu.At, null, type), exception.IsUndefined ? cpu.At : cpu.At + 1);
    }

    private void Return(LitmusState state, int cpuNumber, Instruction instruction)
    {
        var cpu = state.Cpus[cpuNumber];
        if (cpu.Link.Kind != LitmusValueKind.Code || cpu.Link.CodeCpu != cpuNumber)
            throw new InputException(
                test.Source, instruction.Line,
                $"expected the address of an instruction of P{cpuNumber} in ELR_EL1, found "
                + $"{test.Names.Text(cpu.Link)} in {instruction.Text}");
        cpu.InHandler = false;
        cpu.At = cpu.Link.CodeIndex;
        if (test.Variant.ReturnSynchronizes)
            context.Synchronize(state.Memory, cpu);
    }
}
