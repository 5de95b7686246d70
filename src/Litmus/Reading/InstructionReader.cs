using Orleans.Mmu.Arm.Walks;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>Reads one instruction. An unknown instruction or operand is an error that names the line.</summary>
internal sealed partial class InstructionReader(LitmusText source, IReadOnlyDictionary<string, int> labels)
{
    private string _text = "";
    private int _line;
    private string[] _operands = [];
    private AccessInstruction? _second;

    /// <summary>Reads one instruction; LDP and STP give two, the lower address first.</summary>
    /// <exception cref="InputException">The instruction is not supported.</exception>
    public IReadOnlyList<Instruction> Read(string text, int line)
    {
        _second = null;
        var first = ReadOne(text, line);
        return _second is null ? [first] : [first, _second];
    }

    private Instruction ReadOne(string text, int line)
    {
        string[] words = text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        _line = line;
        _operands = words.Length > 1 ? LitmusOperands.Split(words[1]) : [];
        string mnemonic = words[0].ToUpperInvariant();
        _text = _operands.Length == 0 ? mnemonic : $"{mnemonic} {string.Join(",", _operands)}";
        if (RegisterRules.Broken(Form(mnemonic), _operands) is var (operand, expected))
            throw Expected(expected, _operands[operand]);
        return mnemonic switch
        {
            "MOV" => Move(),
            "MOVZ" or "MOVN" => MoveHalfword(mnemonic == "MOVN"),
            "SXTW" => Extend(LitmusExtension.SignedWord),
            "UXTW" => Extend(LitmusExtension.UnsignedWord),
            "ADD" => Arithmetic(LitmusOperator.Add),
            "SUB" => Arithmetic(LitmusOperator.Sub),
            "SUBS" => Arithmetic(LitmusOperator.Sub, setsFlags: true),
            "AND" => Arithmetic(LitmusOperator.And),
            "ANDS" => Arithmetic(LitmusOperator.And, setsFlags: true),
            "BIC" => Arithmetic(LitmusOperator.BitClear),
            "BICS" => Arithmetic(LitmusOperator.BitClear, setsFlags: true),
            "ORR" => Arithmetic(LitmusOperator.Or),
            "EOR" => Arithmetic(LitmusOperator.Xor),
            "LSL" => Arithmetic(LitmusOperator.ShiftLeft),
            "LSR" => Arithmetic(LitmusOperator.ShiftRight),
            "ASR" => Arithmetic(LitmusOperator.ShiftRightSigned),
            "MVN" => OfZero(LitmusOperator.Xor),
            "NEG" => OfZero(LitmusOperator.Sub),
            "CMP" => Compare(LitmusOperator.Sub),
            "TST" => Compare(LitmusOperator.And),
            "CSEL" => Select(LitmusChange.None),
            "CSINC" => Select(LitmusChange.Increment),
            "CSINV" => Select(LitmusChange.Invert),
            "CSNEG" => Select(LitmusChange.Negate),
            "CSET" => SetByCondition(),
            "B" => Branch(null),
            ['B', '.', ..] =>
                Branch(LitmusConditions.Find(mnemonic[2..])
                    ?? throw Expected($"a condition ({LitmusConditions.Names})", mnemonic[2..])),
            "CBZ" or "CBNZ" => CompareBranch(mnemonic == "CBZ"),
            "TBZ" or "TBNZ" => TestBranch(mnemonic == "TBZ"),
            "LDR" => Access(AccessKind.Load),
            "LDUR" => Unscaled(AccessKind.Load),
            "LDAPUR" => Unscaled(AccessKind.Load) with { Acquires = true },
            "LDAPR" => WithoutIndex(AccessKind.Load, false) with { Acquires = true },
            "LDAR" => WithoutIndex(AccessKind.Load, true) with { Acquires = true },
            "LDP" => Pair(AccessKind.Load),
            "STR" => Access(AccessKind.Store),
            "STUR" => Unscaled(AccessKind.Store),
            "STLUR" => Unscaled(AccessKind.Store) with { Ordered = true },
            "STP" => Pair(AccessKind.Store),
            "STLR" => WithoutIndex(AccessKind.Store, true),
            "LDXR" or "LDAXR" => LoadExclusive(mnemonic == "LDAXR"),
            "STXR" or "STLXR" => StoreExclusive(mnemonic == "STLXR"),
            "CAS" or "CASA" or "CASL" or "CASAL" => CompareSwap(mnemonic[3..]),
            _ when AtomicNames.Find(mnemonic) is { } atomic => Atomic(atomic),
            "DMB" or "DSB" => Barrier(),
            "ISB" => Synchronization(),
            "NOP" => Alone(new NopInstruction(line, _text)),
            "TLBI" => Tlbi(),
            "MSR" => WriteSystemRegister(),
            "MRS" => ReadSystemRegister(),
            "ADR" => AddressOf(),
            "AT" => Translate(),
            "SVC" or "UDF" => Exception(mnemonic == "UDF"),
            "ERET" => Alone(new ExceptionReturnInstruction(line, _text)),
            _ => throw NotSupported(mnemonic),
        };
    }

    // The mnemonic, with the form of the instruction where its forms allow different registers.
    private string Form(string mnemonic) => _operands switch
    {
        [.., var last] when LitmusNumber.TryParse(last.TrimStart('#'), out _) => mnemonic + RegisterRules.Immediate,
        [.., var last] when ExtensionOf(last) != LitmusExtension.None => mnemonic + RegisterRules.Extended,
        _ => mnemonic,
    };

    private T Alone<T>(T instruction)
        where T : Instruction
    {
        Count(0);
        return instruction;
    }

    private BranchInstruction Branch(LitmusComparison? condition)
    {
        Count(1);
        return new(_line, _text, condition, Label(0));
    }

    private CompareBranchInstruction CompareBranch(bool onZero)
    {
        Count(2);
        return new(_line, _text, Target(0), onZero, Label(1));
    }

    private CompareBranchInstruction TestBranch(bool onZero)
    {
        Count(3);
        int bits = Target(0).Wide ? 64 : 32;
        return LitmusNumber.TryParse(_operands[1].TrimStart('#'), out long bit) && bit >= 0 && bit < bits
            ? new(_line, _text, Target(0), onZero, Label(2)) { Bit = (int)bit }
            : throw Expected($"a bit from 0 to {bits - 1}", _operands[1]);
    }

    private LitmusRegister Target(int operand) =>
        LitmusOperands.Register(_operands[operand]) ?? throw Expected("a register", _operands[operand]);

    private LitmusOperand Operand(string text)
    {
        if (LitmusOperands.Register(text) is { } register)
            return new(register, 0);
        return LitmusNumber.TryParse(text.TrimStart('#').Trim(), out long number)
            ? new(null, number) : throw Expected("a register or a number", text);
    }

    private int Label(int operand) =>
        labels.TryGetValue(_operands[operand], out int at)
            ? at : throw Expected("a label of this CPU", _operands[operand]);

    private void Count(int expected)
    {
        if (_operands.Length != expected)
            throw source.Error(
                _line, $"expected {expected} operands of {_text.Split(' ')[0]}, found {_operands.Length} in {_text}");
    }

    private InputException Expected(string what, string found) =>
        source.Error(_line, $"expected {what} in {_text}, found {(found.Length > 0 ? found : "none")}");

    private InputException NotSupported(string what) =>
        source.Error(
            _line, $"expected an instruction that is supported (docs/litmus.md lists them), found {what} in {_text}"
            + (Feature(what) is { } feature ? $" ({feature})" : ""));

    // What an instruction belongs to, where it is a feature that is not supported as a whole.
    private static string? Feature(string what) => what switch
    {
        ['I', 'C', ..] or ['D', 'C', ..] or ['.', ..] or "BR" or "BLR" or "RET" => "instruction fetch",
        "STG" or "ST2G" or "STZG" or "LDG" or "IRG" or "ADDG" or "SUBG" or "GMI" or "STGP" => "memory tags (MTE)",
        "LDRB" or "LDRH" or "STRB" or "STRH" or "LDARB" or "LDARH" or "STLRB" or "STLRH" or "SWPB" or "SWPH" or "CASB"
            or "CASH" => "accesses of several sizes",
        _ => null,
    };
}
