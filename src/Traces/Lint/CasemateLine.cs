using System.Runtime.CompilerServices;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Reads one line of a casemate trace, an s-expression in bytes. A line without error costs no allocation.
/// </summary>
internal ref partial struct CasemateLine(string file, int number, ReadOnlySpan<byte> line)
{
    /// <summary>The number of CPUs that a trace may have: the most that Linux supports on arm64 (NR_CPUS).</summary>
    public const int MaxCpus = 4096;

    private CasemateScanner _scanner = new(file, number, line);
    private ReadOnlySpan<byte> _name;
    private ReadOnlySpan<byte> _operation;

    /// <summary>The text of src; empty where the line has none.</summary>
    public ReadOnlySpan<byte> Source { get; private set; }

    /// <exception cref="InputException">The line is no event.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public CasemateEvent Read()
    {
        CasemateEvent happened = default;
        _scanner.Expect((byte)'(');
        ReadKind(ref happened);
        bool hasAddress = false, hasSize = false, hasValue = false, hasId = false, hasCpu = false, hasKind = false;
        bool hasOrder = false, hasRegister = false, hasOperation = false;
        for (_scanner.SkipBlanks(); _scanner.Next != ')'; _scanner.SkipBlanks())
        {
            if (_scanner.IsAtEnd)
                throw _scanner.Expected(")", default);
            if (_scanner.Next != '(')
            {
                ReadBare(ref happened, ref hasOperation);
                continue;
            }

            _scanner.Advance();
            var name = _scanner.Word();
            // The length is compared first, because most of the time of a run is spent here.
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8) && Once(ref hasId, name):
                    happened.Id = _scanner.Decimal();
                    break;
                case 3 when name.SequenceEqual("tid"u8) && Once(ref hasCpu, name):
                    happened.Cpu = Cpu();
                    break;
                case 3 when name.SequenceEqual("src"u8):
                    Source = _scanner.Text();
                    break;
                case 4 when name.SequenceEqual("size"u8) && Once(ref hasSize, name):
                    happened.Size = _scanner.Hexadecimal();
                    break;
                case 4 when name.SequenceEqual("kind"u8) && Once(ref hasKind, name):
                    ReadKindField(ref happened);
                    break;
                case 5 when name.SequenceEqual("value"u8) && Once(ref hasValue, name):
                    happened.Value = _scanner.Hexadecimal();
                    break;
                case 6 when name.SequenceEqual("sysreg"u8) && Once(ref hasRegister, name):
                    happened.Register = Register();
                    break;
                case 7 when name.SequenceEqual("address"u8) && Once(ref hasAddress, name):
                case 8 when name.SequenceEqual("location"u8) && Once(ref hasAddress, name):
                    happened.Address = _scanner.Hexadecimal();
                    break;
                case 9 when name.SequenceEqual("mem-order"u8) && Once(ref hasOrder, name):
                    happened.Release = Order();
                    break;
                default:
                    throw _scanner.Expected(
                        "a field (id, tid, address, size, value, kind, mem-order, sysreg, location, src)", name);
            }

            _scanner.Expect((byte)')');
        }

        _scanner.Advance();
        _scanner.SkipBlanks();
        if (!_scanner.IsAtEnd)
            throw _scanner.Expected("the end of the line", _scanner.Rest);
        Require(hasId, "id");
        Require(hasCpu, "tid");
        Require(hasAddress || happened.Kind is CasemateEventKind.Dsb or CasemateEventKind.Isb or CasemateEventKind.Tlbi
            or CasemateEventKind.WriteRegister,
            happened.Kind == CasemateEventKind.Hint ? "location" : "address");
        Require(hasSize || happened.Kind is not (CasemateEventKind.MemoryInit or CasemateEventKind.MemoryFree
            or CasemateEventKind.MemorySet), "size");
        Require(hasValue || happened.Kind is not (CasemateEventKind.MemoryRead or CasemateEventKind.MemoryWrite
            or CasemateEventKind.MemorySet or CasemateEventKind.WriteRegister or CasemateEventKind.Hint)
            && !happened.Tlbi.ByAddress, "value");
        Require(hasRegister || happened.Kind != CasemateEventKind.WriteRegister, "sysreg");
        if (happened.Kind == CasemateEventKind.Tlbi && !hasOperation)
            throw new InputException(file, number, "expected a TLBI operation such as vmalle1is, found none");
        // Such an operation is written with XZR, which reads as 0.
        if (happened.Kind == CasemateEventKind.Tlbi && happened.Value != 0 && !happened.Tlbi.HasOperand)
        {
            throw new InputException(
                file, number, $"expected no value in {Event}, which names no address and no ASID, found "
                + $"0x{happened.Value:x}");
        }

        Require(hasKind || happened.Kind is not (CasemateEventKind.Dsb or CasemateEventKind.Hint), "kind");
        CheckRange(happened);
        return happened;
    }

    private void ReadKind(ref CasemateEvent happened)
    {
        var name = _name = _scanner.Word();
        happened.Kind = name.SequenceEqual("barrier"u8) ? Barrier() : CasemateWords.Kind(name)
            ?? throw _scanner.Expected("an event (mem-write, barrier, tlbi, sysreg-write, lock, hint, …)", name);
    }

    // The barrier's name stands without parentheses, after id and tid. The text of src may contain anything.
    private readonly CasemateEventKind Barrier()
    {
        int text = _scanner.Line.IndexOf((byte)'"');
        var head = text < 0 ? _scanner.Line : _scanner.Line[..text];
        int dsb = head.IndexOf(" dsb "u8), isb = head.IndexOf(" isb"u8);
        if (dsb >= 0 || isb >= 0)
            return isb < 0 || (dsb >= 0 && dsb < isb) ? CasemateEventKind.Dsb : CasemateEventKind.Isb;
        bool inText = false;
        for (int at = 0; at < _scanner.Line.Length; at++)
        {
            if (_scanner.Line[at] == (byte)'"')
                inText = !inText;
            if (inText || _scanner.Line[at] != (byte)' ')
                continue;
            var rest = _scanner.Line[(at + 1)..];
            if (rest.StartsWith("dsb "u8))
                return CasemateEventKind.Dsb;
            if (rest.StartsWith("isb"u8))
                return CasemateEventKind.Isb;
        }

        throw _scanner.Expected("dsb or isb in a barrier", _scanner.Line);
    }

    private void ReadBare(ref CasemateEvent happened, ref bool hasOperation)
    {
        var word = _scanner.Word();
        if (happened.Kind == CasemateEventKind.Tlbi && Once(ref hasOperation, word))
            happened.Tlbi = LintedTlbi.Find(_operation = word)
                ?? throw _scanner.Expected($"a TLBI operation ({LintedTlbi.Names})", word);
        else if (!(happened.Kind == CasemateEventKind.Dsb && word.SequenceEqual("dsb"u8))
            && !(happened.Kind == CasemateEventKind.Isb && word.SequenceEqual("isb"u8)))
            throw _scanner.Expected("a field in ( )", word);
    }

    private void ReadKindField(ref CasemateEvent happened)
    {
        var word = _scanner.Word();
        if (happened.Kind == CasemateEventKind.Dsb)
        {
            happened.Dsb = LintedDsb.Find(word) ?? throw _scanner.Expected($"one of {LintedDsb.Names}", word);
            return;
        }

        happened.Hint = happened.Kind != CasemateEventKind.Hint ? throw _scanner.Expected("no kind here", word)
            : CasemateWords.Hint(word)
                ?? throw _scanner.Expected(
                    "set_root_lock, set_owner_root, release_table or set_pte_thread_owner", word);
    }

    private CasemateRegister Register()
    {
        var name = _scanner.Word();
        var register = CasemateWords.Register(name);
        return register != CasemateRegister.Other || !CasemateWords.IsLikeRegisterOfTree(name) ? register
            : throw _scanner.Expected(CasemateWords.RegisterNear(name), name);
    }

    private int Cpu()
    {
        _scanner.SkipBlanks();
        var rest = _scanner.Rest;
        ulong cpu = _scanner.Decimal();
        return cpu < MaxCpus ? (int)cpu
            : throw _scanner.Expected($"a tid below {MaxCpus}", rest[..^_scanner.Rest.Length]);
    }

    private bool Order()
    {
        var word = _scanner.Word();
        return word.SequenceEqual("release"u8)
            || (word.SequenceEqual("plain"u8) ? false : throw _scanner.Expected("plain or release", word));
    }

    private readonly bool Once(ref bool has, ReadOnlySpan<byte> name)
    {
        if (has)
            throw _scanner.Expected("each field once", name);
        return has = true;
    }
}
