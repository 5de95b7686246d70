using Orleans.Mmu.Axioms.Programs;

namespace Orleans.Mmu.Axioms.Reading;

/// <summary>One instruction of a test.</summary>
internal static class StepText
{
    public static Step Read(string text)
    {
        var space = text.IndexOfAny([' ', '\t']);
        var name = (space < 0 ? text : text[..space]).ToUpperInvariant();
        var operands = space < 0 ? [] : Pieces.Of(text[space..].Trim(), ',');
        return (name, operands) switch
        {
            ("NOP", _) => new Step.Nothing(),
            ("MOV", [var to, var from]) => new Step.Move(Register(to), Operand(from)),
            ("ADD", [var to, var left, var right]) => Compute(ArithmeticKind.Add, to, left, right),
            ("ADD", [var to, var left, var right, "SXTW"]) => Compute(ArithmeticKind.Add, to, left, right),
            ("SUB", [var to, var left, var right]) => Compute(ArithmeticKind.Subtract, to, left, right),
            ("EOR", [var to, var left, var right]) => Compute(ArithmeticKind.ExclusiveOr, to, left, right),
            ("AND", [var to, var left, var right]) => Compute(ArithmeticKind.And, to, left, right),
            ("ORR", [var to, var left, var right]) => Compute(ArithmeticKind.Or, to, left, right),
            ("BIC", [var to, var left, var right]) => Compute(ArithmeticKind.Clear, to, left, right),
            ("LSR", [var to, var left, var right]) => Compute(ArithmeticKind.ShiftRight, to, left, right),
            ("SXTW", [var to, var from]) => new Step.Move(Register(to), Operand(from)),
            ("CMP", [var left, var right]) => new Step.Compare(Register(left), Operand(right)),
            ("CSEL", [var to, var yes, var no, var when]) =>
                new Step.Select(Register(to), Operand(yes), Operand(no), IsEqual(when)),
            ("CSET", [var to, var when]) => new Step.Select(
                Register(to), new Operand.Immediate(1), new Operand.Immediate(0), IsEqual(when)),
            ("LDR", [var to, var from]) => new Step.Load(Register(to), Target(from), LoadOrder.Plain),
            ("LDAR", [var to, var from]) => new Step.Load(Register(to), Target(from), LoadOrder.Acquire),
            ("LDAPR", [var to, var from]) => new Step.Load(Register(to), Target(from), LoadOrder.AcquirePc),
            ("LDXR", [var to, var from]) => new Step.Load(Register(to), Target(from), LoadOrder.Plain, true),
            ("LDAXR", [var to, var from]) => new Step.Load(Register(to), Target(from), LoadOrder.Acquire, true),
            ("STR", [var from, var to]) => new Step.Store(Register(from), Target(to), false),
            ("STLR", [var from, var to]) => new Step.Store(Register(from), Target(to), true),
            ("STXR", [var status, var from, var to]) =>
                new Step.StoreExclusive(Register(status), Register(from), Target(to), false),
            ("STLXR", [var status, var from, var to]) =>
                new Step.StoreExclusive(Register(status), Register(from), Target(to), true),
            ("DMB", [var kind]) => new Step.Barrier(BarrierKind.Dmb, Accesses(kind)),
            ("DSB", [var kind]) => new Step.Barrier(BarrierKind.Dsb, Accesses(kind)),
            ("ISB", _) => new Step.ContextSynchronization(),
            ("B", [var to]) => new Step.Branch(BranchKind.Always, Programs.Register.Zero, to),
            ("B.EQ", [var to]) => new Step.Branch(BranchKind.Equal, Programs.Register.Zero, to),
            ("B.NE", [var to]) => new Step.Branch(BranchKind.NotEqual, Programs.Register.Zero, to),
            ("CBZ", [var on, var to]) => new Step.Branch(BranchKind.Zero, Register(on), to),
            ("CBNZ", [var on, var to]) => new Step.Branch(BranchKind.NotZero, Register(on), to),
            ("TLBI", [var kind, ..]) => Invalidate(kind.ToUpperInvariant(), operands),
            ("SVC", _) => new Step.SupervisorCall(),
            ("ERET", _) => new Step.ExceptionReturn(),
            ("ADR", [var to, var label]) => new Step.AddressOfLabel(Register(to), label),
            ("MSR", ["ELR_EL1", var from]) => new Step.SetReturnAddress(Register(from)),
            ("MRS", [var to, "ELR_EL1"]) => new Step.GetReturnAddress(Register(to)),
            _ => AtomicText.Read(name, operands) ?? throw new NotExpressibleException($"instruction {text}"),
        };
    }

    public static Register Register(string text) => text.ToUpperInvariant() switch
    {
        "XZR" => Programs.Register.Zero,
        "WZR" => Programs.Register.Zero with { Narrow = true },
        ['X' or 'W', .. var digits] when int.TryParse(digits, out var number) && number is >= 0 and < 31 =>
            new Register(number, text[0] is 'W' or 'w'),
        _ => throw new NotExpressibleException($"register {text}"),
    };

    public static Target Target(string text)
    {
        if (text is not ['[', .. var inner, ']'])
            throw new NotExpressibleException($"address {text}");
        return Pieces.Of(inner, ',') switch
        {
            [var basis] => new Target(Register(basis)),
            [var basis, ['#', ..] number] when ValueText.Number(number) == 0 => new Target(Register(basis)),
            [var basis, var index] => new Target(Register(basis), Register(index)),
            [var basis, var index, _] => new Target(Register(basis), Register(index)),
            _ => throw new NotExpressibleException($"address {text}"),
        };
    }

    private static Step.Arithmetic Compute(ArithmeticKind kind, string to, string left, string right) =>
        new Step.Arithmetic(kind, Register(to), Register(left), Operand(right));

    private static Operand Operand(string text) => ValueText.Number(text) is { } number
        ? new Operand.Immediate(number) : new Operand.Of(Register(text));

    private static bool IsEqual(string condition) => condition.ToUpperInvariant() switch
    {
        "EQ" => true,
        "NE" => false,
        _ => throw new NotExpressibleException($"condition {condition}"),
    };

    private static BarrierAccesses Accesses(string kind) => kind.ToUpperInvariant() switch
    {
        "SY" or "ISH" or "OSH" => BarrierAccesses.All,
        "LD" or "ISHLD" or "OSHLD" => BarrierAccesses.Loads,
        "ST" or "ISHST" or "OSHST" => BarrierAccesses.Stores,
        _ => throw new NotExpressibleException($"barrier {kind}"),
    };

    private static Step.Invalidate Invalidate(string kind, IReadOnlyList<string> operands)
    {
        // "TLBI VMALLE1IS" and "TLBI VAE1IS,X9", also written with a blank for the comma.
        var words = kind.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var register = operands.Count > 1 ? operands[1] : words is [_, var second] ? second : "XZR";
        var broadcast = words[0].EndsWith("IS", StringComparison.Ordinal);
        return words[0] switch
        {
            "VMALLE1IS" or "VMALLE1" => new(true, broadcast, Programs.Register.Zero, words[0]),
            "VAE1IS" or "VAAE1IS" or "VALE1IS" or "VAALE1IS" => new(false, true, Register(register), words[0]),
            "VAE1" or "VAAE1" or "VALE1" or "VAALE1" => new(false, false, Register(register), words[0]),
            _ => throw new NotExpressibleException($"TLBI {words[0]}"),
        };
    }
}
