using System.Diagnostics;
using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>
/// The effect of each instruction, by rules that agree with Arm's model: barriers raise floors, and a TLBI takes effect
/// at its issuer's DSB.
/// </summary>
internal sealed partial class LitmusSteps(
    LitmusTest test, LitmusTlb tlb, LitmusInvalidation invalidation, LitmusContext context, LitmusReach reach,
    LitmusAccesses accesses, LitmusAtomics atomics, bool ets2)
{
    /// <summary>Flags of the barriers executed so far.</summary>
    public DeprecationFlags Deprecations { get; } = new();

    /// <summary>Whether a CPU can perform its next instruction.</summary>
    public bool CanStep(LitmusState state, int cpuNumber)
    {
        var cpu = state.Cpus[cpuNumber];
        return !cpu.HasEnded && test.Programs[cpuNumber][cpu.At] switch
        {
            // A barrier for loads alone does not wait for buffered stores.
            DsbInstruction { Accesses: BarrierAccesses.All } => cpu.Buffer.Count == 0 && cpu.Updates.Count == 0,
            DsbInstruction { Accesses: BarrierAccesses.Stores }
                or DmbInstruction { Accesses: BarrierAccesses.All } => cpu.Buffer.Count == 0,
            AccessInstruction { Kind: Arm.Walks.AccessKind.Load, Ordered: true } => !cpu.Buffer.Any(s => s.Release),
            AtomicInstruction { Release: var release } => LitmusAtomics.CanPerform(cpu, release),
            CompareSwapInstruction { Release: var release } => LitmusAtomics.CanPerform(cpu, release),
            StoreExclusiveInstruction { Release: var release } => LitmusAtomics.CanPerform(cpu, release),
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
                or CompareBranchInstruction or NopInstruction or EndInstruction or AddressInstruction
                or ReadLinkInstruction or WriteLinkInstruction or ReadTranslationInstruction => true,
            // Barriers and TLBIs only raise floors, unless TLB contents are judged between steps.
            DmbInstruction or IsbInstruction or TlbiInstruction or ExceptionReturnInstruction => !test.JudgesConflicts,
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
                performed = atomics.TryPerform(state, cpuNumber, atomic, choice, out runs);
                break;
            case CompareSwapInstruction swap:
                performed = atomics.TryPerform(state, cpuNumber, swap, choice, out runs);
                break;
            case LoadExclusiveInstruction load:
                performed = atomics.TryPerform(state, cpuNumber, load, choice, out runs);
                break;
            case StoreExclusiveInstruction store:
                performed = atomics.TryPerform(state, cpuNumber, store, choice, out runs);
                break;
            case TranslateInstruction translate:
                performed = reach.TryTranslate(state, cpuNumber, translate, choice);
                break;
            case ExceptionInstruction exception:
                performed = choice == 0;
                if (performed)
                    runs = Take(state, cpuNumber, exception);
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
        Deprecations.Execute(instruction);
        switch (instruction)
        {
            case MoveInstruction move:
                cpu.Set(
                    move.Target, LitmusArithmetic.Extend(cpu.Read(move.Source), move.Extension),
                    cpu.Taint(move.Source));
                break;
            case ArithmeticInstruction arithmetic:
                Compute(cpu, arithmetic);
                break;
            case SelectInstruction select:
                bool first = cpu.Compared.Holds(select.Condition);
                var chosen = first ? select.IfTrue : select.IfFalse;
                // What is chosen by a load's value does not wait for the load ("pick" dependency of aarch64deps.cat).
                var value = first ? cpu.Read(chosen) : RegisterDecisions.Changed(test, select, cpu.Read(chosen));
                cpu.Set(select.Target, value, cpu.Taint(chosen));
                break;
            case BranchInstruction { Condition: { } condition } branch:
                cpu.ControlFloor = cpu.ControlFloor.Max(cpu.ComparedTaint.Loads);
                if (cpu.Compared.Holds(condition))
                    cpu.At = branch.Target;
                break;
            case BranchInstruction branch:
                cpu.At = branch.Target;
                break;
            case CompareBranchInstruction branch:
                cpu.ControlFloor = cpu.ControlFloor.Max(cpu.Taint(branch.Register).Loads);
                if (RegisterDecisions.Takes(test, branch, cpu.Read(branch.Register)))
                    cpu.At = branch.Target;
                break;
            case DmbInstruction { Accesses: BarrierAccesses.Stores }:
                cpu.Order++;
                break;
            case DsbInstruction dsb:
                Synchronize(state, cpuNumber, dsb);
                break;
            case IsbInstruction:
                context.Synchronize(state.Memory, cpu);
                break;
            case TlbiInstruction tlbi:
                Issue(state, cpuNumber, tlbi);
                break;
            case AddressInstruction address:
                cpu.Set(address.Target, LitmusValue.Code(cpuNumber, address.Index), LitmusTaint.None);
                break;
            case ReadLinkInstruction read:
                cpu.Set(read.Target, cpu.Link, cpu.LinkTaint);
                break;
            case WriteLinkInstruction write:
                cpu.Link = cpu.Read(write.Register);
                cpu.LinkTaint = cpu.Taint(write.Register);
                break;
            case ReadTranslationInstruction read:
                ReadTranslation(cpu, read);
                break;
            case ExceptionReturnInstruction:
                Return(state, cpuNumber, instruction);
                break;
            case EndInstruction:
                cpu.HasEnded = true;
                break;
            case WriteRootInstruction write:
                WriteRoot(cpu, write);
                break;
            case DmbInstruction or NopInstruction:
                // A full DMB has waited for the stores before it; loads are performed in order anyway.
                break;
            default:
                throw new UnreachableException($"no rule says what {instruction.Text} does");
        }
    }
}
