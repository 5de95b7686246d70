using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Generation;

/// <summary>
/// Writes handlers that access what cannot fault, since a fault in a handler leaves nothing to compare. A handler ends
/// there, or returns behind all that may fault.
/// </summary>
internal sealed class Handlers(Dice dice, Accesses accesses)
{
    private const string End = "LEND";

    public void Write(GeneratedCpu cpu, Func<Tie> between)
    {
        var returns = dice.Percent(40);
        if (returns)
        {
            cpu.Label(End);
            var before = cpu.Last;
            accesses.Write(cpu, dice.Of(Doing.Load, Doing.Store), Location.Data("y"), default);
            cpu.Last = before;
        }
        cpu.BeginHandler();
        var tie = between();
        if (dice.Percent(70))
            accesses.Write(
                cpu, dice.Of(Doing.Load, Doing.Load, Doing.Store, Doing.LoadAcquire), Location.Data("y"), tie);
        else
            accesses.Write(cpu, Doing.Load, Location.Descriptor("x"), tie);
        if (!returns)
            return;
        var back = cpu.Free(narrow: false);
        cpu.Add(new Step.AddressOfLabel(back, End));
        cpu.Add(new Step.SetReturnAddress(back));
        cpu.Add(new Step.ExceptionReturn());
    }
}
