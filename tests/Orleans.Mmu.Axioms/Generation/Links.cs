using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>How the next access depends on the last load.</summary>
internal readonly record struct Tie(Register? Index = null, Register? Data = null);

/// <summary>Writes what stands between two accesses.</summary>
internal static class Links
{
    /// <param name="page">The page that a TLBI names.</param>
    /// <returns>What the next access must use for the dependency to exist.</returns>
    public static Tie Write(GeneratedCpu cpu, Link link, string page, Dice dice)
    {
        switch (link)
        {
            case Link.Nothing:
                return default;
            case Link.Dmb or Link.DmbLoads or Link.DmbStores:
                cpu.Add(new Step.Barrier(BarrierKind.Dmb, AccessesOf(link)));
                return default;
            case Link.Dsb or Link.DsbLoads or Link.DsbStores:
                cpu.Add(new Step.Barrier(BarrierKind.Dsb, AccessesOf(link)));
                return default;
            case Link.DsbIsb:
                cpu.Add(new Step.Barrier(BarrierKind.Dsb, BarrierAccesses.All));
                cpu.Add(new Step.ContextSynchronization());
                return default;
            case Link.Isb:
                cpu.Add(new Step.ContextSynchronization());
                return default;
            case Link.Flush or Link.FlushIsb or Link.FlushWithoutDsb or Link.FlushAfterStores or Link.FlushAfterLoads
                or Link.FlushUnfinished:
                Flush(cpu, link, page, dice);
                return default;
            default:
                return cpu.Last is { } last ? Depend(cpu, link, last, dice) : default;
        }
    }

    private static BarrierAccesses AccessesOf(Link link) => link switch
    {
        Link.DmbLoads or Link.DsbLoads => BarrierAccesses.Loads,
        Link.DmbStores or Link.DsbStores => BarrierAccesses.Stores,
        _ => BarrierAccesses.All,
    };

    private static void Flush(GeneratedCpu cpu, Link link, string page, Dice dice)
    {
        if (link != Link.FlushWithoutDsb)
        {
            cpu.Add(new Step.Barrier(BarrierKind.Dsb, link switch
            {
                Link.FlushAfterLoads => BarrierAccesses.Loads,
                Link.FlushAfterStores => BarrierAccesses.Stores,
                _ => BarrierAccesses.All,
            }));
        }
        var local = dice.Percent(12);
        if (dice.Percent(15))
            cpu.Add(new Step.Invalidate(true, !local, Register.Zero, local ? "VMALLE1" : "VMALLE1IS"));
        else
        {
            var number = cpu.Free(narrow: false);
            cpu.Add(new Step.Arithmetic(
                ArithmeticKind.ShiftRight, number, cpu.Holding(new Value.Address(Location.Data(page))),
                new Operand.Immediate(12)));
            cpu.Add(new Step.Invalidate(false, !local, number, local ? "VAE1" : "VAE1IS"));
        }
        if (link != Link.FlushUnfinished)
            cpu.Add(new Step.Barrier(BarrierKind.Dsb, BarrierAccesses.All));
        if (link == Link.FlushIsb)
            cpu.Add(new Step.ContextSynchronization());
    }

    private static Tie Depend(GeneratedCpu cpu, Link link, Register last, Dice dice)
    {
        switch (link)
        {
            case Link.Address or Link.AddressIsb or Link.Data:
                var zero = cpu.Free(last.Narrow);
                cpu.Add(new Step.Arithmetic(ArithmeticKind.ExclusiveOr, zero, last, new Operand.Of(last)));
                return link == Link.Data ? new Tie(Data: zero) : new Tie(Index: zero);
            case Link.Control or Link.ControlIsb:
                Branch(cpu, new Step.Branch(dice.Percent(50) ? BranchKind.Zero : BranchKind.NotZero, last, ""));
                if (link == Link.ControlIsb)
                    cpu.Add(new Step.ContextSynchronization());
                return default;
            case Link.PickedAddress or Link.PickedData or Link.PickedControl when last.Narrow:
                cpu.Add(new Step.Compare(last, new Operand.Immediate(1)));
                var picked = cpu.Free(narrow: true);
                var nothing = new Operand.Of(Register.Zero with { Narrow = true });
                cpu.Add(new Step.Select(picked, nothing, nothing, WhereEqual: true));
                if (link == Link.PickedControl)
                    Branch(cpu, new Step.Branch(BranchKind.NotZero, picked, ""));
                return link == Link.PickedData ? new Tie(Data: picked)
                    : link == Link.PickedAddress ? new Tie(Index: picked) : default;
            default:
                return default;
        }
    }

    /// <summary>A branch to the next instruction, which both ways lead to.</summary>
    private static void Branch(GeneratedCpu cpu, Step.Branch branch)
    {
        var label = cpu.NewLabel();
        cpu.Add(branch with { To = label });
        cpu.Label(label);
    }
}
