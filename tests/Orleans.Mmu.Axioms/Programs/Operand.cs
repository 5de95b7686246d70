namespace Orleans.Mmu.Axioms.Programs;

/// <summary>A register of a CPU, 0 to 30; 31 is the zero register. A narrow one is its low 32 bits.</summary>
internal readonly record struct Register(int Number, bool Narrow = false)
{
    public static Register Zero { get; } = new(31);

    public bool IsZero => Number == 31;

    public override string ToString() => IsZero ? Narrow ? "WZR" : "XZR" : $"{(Narrow ? 'W' : 'X')}{Number}";
}

/// <summary>The second operand of an instruction: a register or a number.</summary>
internal abstract record Operand
{
    internal sealed record Of(Register Register) : Operand
    {
        public override string ToString() => Register.ToString();
    }

    internal sealed record Immediate(long Number) : Operand
    {
        public override string ToString() => $"#{Number}";
    }
}

/// <summary>Where an access goes: a base register and, where it has one, an index that is added.</summary>
internal readonly record struct Target(Register Base, Register? Index = null)
{
    public override string ToString() => Index switch
    {
        null => $"[{Base}]",
        { Narrow: true } index => $"[{Base},{index},SXTW]",
        { } index => $"[{Base},{index}]",
    };
}
