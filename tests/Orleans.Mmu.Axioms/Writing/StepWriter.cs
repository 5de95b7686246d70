using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Writing;

/// <summary>A step as assembler, in the spelling that herd reads.</summary>
internal static class StepWriter
{
    public static string Text(Step step) => step switch
    {
        Step.Nothing => "NOP",
        Step.Move move => $"MOV {move.To},{move.From}",
        Step.Arithmetic { Kind: var kind } arithmetic =>
            $"{Name(kind)} {arithmetic.To},{arithmetic.Left},{arithmetic.Right}",
        Step.Compare compare => $"CMP {compare.Left},{compare.Right}",
        Step.Select select => $"CSEL {select.To},{select.Yes},{select.No},{(select.WhereEqual ? "EQ" : "NE")}",
        Step.Load load => $"{Name(load)} {load.To},{load.From}",
        Step.Store store => $"{(store.Release ? "STLR" : "STR")} {store.From},{store.To}",
        Step.StoreExclusive store =>
            $"{(store.Release ? "STLXR" : "STXR")} {store.Status with { Narrow = true }},{store.From},{store.To}",
        Step.Atomic atomic => $"{Name(atomic)} {atomic.From},{atomic.To},{atomic.On}",
        Step.CompareAndSwap swap => $"CAS{Order(swap.Acquire, swap.Release)} {swap.Old},{swap.New},{swap.On}",
        Step.Barrier barrier => $"{Name(barrier.Kind)} {Name(barrier.Accesses)}",
        Step.ContextSynchronization => "ISB",
        Step.Invalidate { Everything: true } all => $"TLBI {all.Name}",
        Step.Invalidate one => $"TLBI {one.Name},{one.Page}",
        Step.Branch branch => Text(branch),
        Step.SupervisorCall => "SVC #0",
        Step.ExceptionReturn => "ERET",
        Step.AddressOfLabel address => $"ADR {address.To},{address.Label}",
        Step.SetReturnAddress set => $"MSR ELR_EL1,{set.From}",
        Step.GetReturnAddress get => $"MRS {get.To},ELR_EL1",
        _ => throw new NotExpressibleException(step.GetType().Name),
    };

    private static string Text(Step.Branch branch) => branch.Kind switch
    {
        BranchKind.Always => $"B {branch.To}",
        BranchKind.Zero => $"CBZ {branch.On},{branch.To}",
        BranchKind.NotZero => $"CBNZ {branch.On},{branch.To}",
        BranchKind.Equal => $"B.EQ {branch.To}",
        BranchKind.NotEqual => $"B.NE {branch.To}",
        _ => throw new NotExpressibleException(branch.Kind.ToString()),
    };

    private static string Name(ArithmeticKind kind) => kind switch
    {
        ArithmeticKind.Add => "ADD",
        ArithmeticKind.Subtract => "SUB",
        ArithmeticKind.And => "AND",
        ArithmeticKind.Or => "ORR",
        ArithmeticKind.ExclusiveOr => "EOR",
        ArithmeticKind.Clear => "BIC",
        ArithmeticKind.ShiftRight => "LSR",
        _ => throw new NotExpressibleException(kind.ToString()),
    };

    private static string Name(Step.Load load) => (load.Order, load.Exclusive) switch
    {
        (LoadOrder.Plain, false) => "LDR",
        (LoadOrder.Acquire, false) => "LDAR",
        (LoadOrder.AcquirePc, false) => "LDAPR",
        (LoadOrder.Plain, true) => "LDXR",
        (LoadOrder.Acquire, true) => "LDAXR",
        _ => throw new NotExpressibleException("an exclusive LDAPR"),
    };

    private static string Name(Step.Atomic atomic) => (atomic.Kind switch
    {
        AtomicKind.Swap => "SWP",
        AtomicKind.Add => "LDADD",
        AtomicKind.Set => "LDSET",
        AtomicKind.Clear => "LDCLR",
        _ => throw new NotExpressibleException(atomic.Kind.ToString()),
    }) + Order(atomic.Acquire, atomic.Release);

    private static string Order(bool acquire, bool release) => (acquire ? "A" : "") + (release ? "L" : "");

    private static string Name(BarrierKind kind) => kind == BarrierKind.Dmb ? "DMB" : "DSB";

    private static string Name(BarrierAccesses accesses) => accesses switch
    {
        BarrierAccesses.All => "SY",
        BarrierAccesses.Loads => "LD",
        BarrierAccesses.Stores => "ST",
        _ => throw new NotExpressibleException(accesses.ToString()),
    };
}
