using System.Diagnostics;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// The effect of each instruction, by rules that agree with Arm's model: barriers raise floors, and a TLBI takes effect
/// at its issuer's DSB.
/// </summary>
internal sealed partial class LitmusSteps(
    LitmusTest test, LitmusTlb tlb, LitmusInvalidation invalidation, LitmusAccesses accesses, bool ets2)
{
    /// <summary>Whether a CPU can perform its next instruction.</summary>
    public bool CanStep(LitmusState state, int cpuNumber)
    {
        var cpu = state.Cpus[cpuNumber];
        return !cpu.HasEnded && test.Programs[cpuNumber][cpu.At] switch
        {
            // A barrier for loads alone does not wait for buffered stores.
            DsbInstruction { Accesses: not BarrierAccesses.Loads }
                or DmbInstruction { Accesses: BarrierAccesses.All } => cpu.Buffer.Count == 0,
            AccessInstruction { Kind: Arm.Walks.AccessKind.Load, Ordered: true } => !cpu.Buffer.Any(s => s.Release),
            AtomicInstruction atomic => LitmusAccesses.CanPerform(cpu, atomic),
            _ => true,
        };
    }

    /// <summary>
    /// Whether a CPU's next instruction changes only its own registers and floors, so that its position among other
    /// CPUs' steps makes no difference.
    /// </summary>
    public bool IsPrivate(LitmusState state, int cpuNumber)
    {
        var cpu = state.Cpus[cpuNumber];
        if (cpu.HasEnded)
            return false;
        return test.Programs[cpuNumber][cpu.At] switch
        {
            MoveInstruction or ArithmeticInstruction or SelectInstruction or BranchInstruction
                or CompareBranchInstruction or NopInstruction => true,
            // Barriers and TLBIs only raise floors, unless TLB contents are judged between steps.
            DmbInstruction or IsbInstruction or TlbiInstruction => !test.JudgesConflicts,
            DsbInstruction dsb => !test.JudgesConflicts && dsb.Accesses != BarrierAccesses.All,
            _ => false,
        };
    }

    /// <summary>
    /// Performs a CPU's next instruction in one of the possible ways; false where <paramref name="choice"/> exceeds
    /// their number.
    /// </summary>
    public bool TryStep(LitmusState state, int cpuNumber, int choice, out bool runs)
    {
        var cpu = state.Cpus[cpuNumber];
        runs = true;
        bool performed;
        switch (test.Programs[cpuNumber][cpu.At])
        {
            case AccessInstruction access:
                performed = accesses.TryPerform(state, cpuNumber, access, choice, out runs);
                break;
            case AtomicInstruction atomic:
                performed = accesses.TryPerform(state, cpuNumber, atomic, choice, out runs);
                break;
            default:
                performed = choice == 0;
                if (performed)
                    Perform(state, cpuNumber, test.Programs[cpuNumber][cpu.At]);
                break;
        }

        if (performed && runs)
            Settle(state, cpuNumber);
        return performed;
    }

    /// <summary>
    /// Completes a step: adds what walks could read now to the sets, and ends the program after its last instruction.
    /// </summary>
    public void Settle(LitmusState state, int cpuNumber)
    {
        var cpu = state.Cpus[cpuNumber];
        if (cpu.At >= test.Programs[cpuNumber].Length)
            cpu.HasEnded = true;
        tlb.Close(state);
    }

    private void Perform(LitmusState state, int cpuNumber, Instruction instruction)
    {
        var cpu = state.Cpus[cpuNumber];
        cpu.At++;
        switch (instruction)
        {
            case MoveInstruction move:
                cpu.Set(move.Target, Value(cpu, move.Source), Taint(cpu, move.Source));
                break;
            case ArithmeticInstruction arithmetic:
                Compute(cpu, arithmetic);
                break;
            case SelectInstruction select:
                bool first = LitmusArithmetic.Holds(select.Condition, cpu.Compared.Left, cpu.Compared.Right);
                var chosen = first ? select.IfTrue : select.IfFalse;
                cpu.Set(select.Target, cpu.Read(chosen), cpu.Taint(chosen).Max(cpu.ComparedTaint));
                break;
            case BranchInstruction { Condition: { } condition } branch:
                cpu.ControlFloor = cpu.ControlFloor.Max(cpu.ComparedTaint);
                if (LitmusArithmetic.Holds(condition, cpu.Compared.Left, cpu.Compared.Right))
                    cpu.At = branch.Target;
                break;
            case BranchInstruction branch:
                cpu.At = branch.Target;
                break;
            case CompareBranchInstruction branch:
                cpu.ControlFloor = cpu.ControlFloor.Max(cpu.Taint(branch.Register));
                if (cpu.Read(branch.Register) == LitmusValue.Zero == branch.OnZero)
                    cpu.At = branch.Target;
                break;
            case DmbInstruction { Accesses: BarrierAccesses.Stores }:
                cpu.Order++;
                break;
            case DsbInstruction dsb:
                Synchronize(state, cpuNumber, dsb);
                break;
            case IsbInstruction:
                SynchronizeContext(state, cpu);
                break;
            case TlbiInstruction tlbi:
                Issue(state, cpuNumber, tlbi);
                break;
            case WriteRootInstruction write:
                var root = cpu.Read(write.Register);
                if (root.Kind != LitmusValueKind.Root)
                    throw new InputException(
                        test.Source, write.Line,
                        $"expected a root such as (root:reserved) in {write.Register}, found {test.Names.Text(root)} " +
                        $"in {write.Text}");
                cpu.NewestRoot = (LitmusRoot)root.Bits;
                cpu.Roots |= cpu.NewestRoot;
                break;
            case DmbInstruction or NopInstruction:
                // A full DMB has waited for the stores before it; loads are performed in order anyway.
                break;
            default:
                throw new UnreachableException($"no rule says what {instruction.Text} does");
        }
    }

    private void Compute(LitmusCpu cpu, ArithmeticInstruction instruction)
    {
        var left = cpu.Read(instruction.Left);
        var right = Value(cpu, instruction.Right);
        var taint = cpu.Taint(instruction.Left).Max(Taint(cpu, instruction.Right));
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

    private static LitmusValue Value(LitmusCpu cpu, LitmusOperand operand) =>
        operand.Register is { } register ? cpu.Read(register) : LitmusValue.Number(operand.Immediate);

    private static WordVersions Taint(LitmusCpu cpu, LitmusOperand operand) =>
        operand.Register is { } register ? cpu.Taint(register) : WordVersions.Start;
}
