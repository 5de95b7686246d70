using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Exceptions that no access causes, the return from an exception, and system registers.</summary>
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

    // What an AT wrote is read after a context synchronization only (Arm ARM, "Synchronization requirements for AArch64
    // System registers").
    private void ReadTranslation(LitmusCpu cpu, ReadTranslationInstruction read)
    {
        if (!cpu.IsTranslatedSettled)
            throw new InputException(
                test.Source, read.Line, $"expected an ISB between AT and {read.Text}, found none");
        cpu.Set(read.Target, cpu.Translated, LitmusTaint.None);
    }

    private void WriteRoot(LitmusCpu cpu, WriteRootInstruction write)
    {
        var root = cpu.Read(write.Register);
        if (root.Kind != LitmusValueKind.Root)
            throw new InputException(
                test.Source, write.Line,
                $"expected a root such as (root:reserved) in {write.Register}, found {test.Names.Text(root)} " +
                $"in {write.Text}");
        cpu.NewestRoot = (LitmusRoot)root.Bits;
        cpu.Roots |= cpu.NewestRoot;
    }
}
