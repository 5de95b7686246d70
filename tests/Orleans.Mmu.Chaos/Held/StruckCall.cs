namespace Orleans.Mmu.Chaos.Held;

/// <summary>A call that is held.</summary>
/// <param name="Silo">The silo that makes it.</param>
/// <param name="Machine">The key of the machine that boots.</param>
internal readonly record struct StruckCall(int Silo, string Machine)
{
    /// <param name="silo">The silo that wrote the line.</param>
    /// <param name="line">"struck MACHINE EPOCH MOMENT".</param>
    public static StruckCall Of(int silo, string line) => new(silo, line.Split(' ')[1]);
}
