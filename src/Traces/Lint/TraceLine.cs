using Orleans.Mmu.Arm.Barriers;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Traces.Lint;

/// <summary>
/// Reads one line of a casemate trace, an s-expression in bytes. A line without error costs no allocation.
/// </summary>
internal ref struct TraceLine(string file, int number, ReadOnlySpan<byte> line)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _at;

    /// <exception cref="InputException">The line is no event.</exception>
    public TraceEvent Read()
    {
        TraceEvent happened = default;
        Expect((byte)'(');
        ReadKind(ref happened);
        bool hasAddress = false, hasSize = false, hasValue = false, hasId = false, hasCpu = false, hasKind = false;
        bool hasOrder = false;
        for (SkipBlanks(); Next != ')'; SkipBlanks())
        {
            if (_at >= _line.Length)
                throw Expected(")", default);
            if (Next != '(')
            {
                ReadBare(ref happened);
                continue;
            }

            _at++;
            var name = Word();
            // The length is compared first, because most of the time of a run is spent here.
            switch (name.Length)
            {
                case 2 when name.SequenceEqual("id"u8) && Once(ref hasId, name):
                    happened.Id = Decimal();
                    break;
                case 3 when name.SequenceEqual("tid"u8) && Once(ref hasCpu, name):
                    happened.Cpu = (int)Math.Min(Decimal(), int.MaxValue);
                    break;
                case 3 when name.SequenceEqual("src"u8):
                    SkipText();
                    break;
                case 4 when name.SequenceEqual("size"u8) && Once(ref hasSize, name):
                    happened.Size = Hexadecimal();
                    break;
                case 4 when name.SequenceEqual("kind"u8) && Once(ref hasKind, name):
                    ReadKindField(ref happened);
                    break;
                case 5 when name.SequenceEqual("value"u8) && Once(ref hasValue, name):
                    happened.Value = Hexadecimal();
                    break;
                case 6 when name.SequenceEqual("sysreg"u8):
                    happened.Register = TraceWords.Register(Word());
                    break;
                case 7 when name.SequenceEqual("address"u8) && Once(ref hasAddress, name):
                case 8 when name.SequenceEqual("location"u8) && Once(ref hasAddress, name):
                    happened.Address = Hexadecimal();
                    break;
                case 9 when name.SequenceEqual("mem-order"u8) && Once(ref hasOrder, name):
                    happened.Release = Order();
                    break;
                default:
                    throw Expected(
                        "a field (id, tid, address, size, value, kind, mem-order, sysreg, location, src)", name);
            }

            Expect((byte)')');
        }

        _at++;
        SkipBlanks();
        if (_at < _line.Length)
            throw Expected("the end of the line", _line[_at..]);
        Require(hasId, "id");
        Require(hasCpu, "tid");
        Require(hasAddress || happened.Kind is TraceEventKind.Dsb or TraceEventKind.Isb or TraceEventKind.Tlbi
            or TraceEventKind.WriteRegister,
            happened.Kind == TraceEventKind.Hint ? "location" : "address");
        Require(hasSize || happened.Kind is not (TraceEventKind.MemoryInit or TraceEventKind.MemoryFree
            or TraceEventKind.MemorySet), "size");
        Require(hasValue || happened.Kind is not (TraceEventKind.MemoryRead or TraceEventKind.MemoryWrite
            or TraceEventKind.MemorySet or TraceEventKind.WriteRegister or TraceEventKind.Hint)
            && !happened.Tlbi.ByAddress, "value");
        Require(hasKind || happened.Kind is not (TraceEventKind.Dsb or TraceEventKind.Hint), "kind");
        return happened;
    }

    private readonly byte Next => _at < _line.Length ? _line[_at] : (byte)0;

    private void ReadKind(ref TraceEvent happened)
    {
        var name = Word();
        happened.Kind = name.SequenceEqual("barrier"u8) ? Barrier() : TraceWords.Kind(name)
            ?? throw Expected("an event (mem-write, barrier, tlbi, sysreg-write, lock, hint, …)", name);
    }

    // The barrier's name stands without parentheses, after id and tid.
    private readonly TraceEventKind Barrier()
    {
        if (_line.IndexOf(" dsb "u8) >= 0)
            return TraceEventKind.Dsb;
        return _line.IndexOf(" isb"u8) >= 0 ? TraceEventKind.Isb : throw Expected("dsb or isb in a barrier", _line);
    }

    private void ReadBare(ref TraceEvent happened)
    {
        var word = Word();
        if (happened.Kind == TraceEventKind.Tlbi)
            happened.Tlbi = TracedTlbi.Find(word) ?? throw Expected("a TLBI operation such as vmalle1is", word);
        else if (!(happened.Kind == TraceEventKind.Dsb && word.SequenceEqual("dsb"u8))
            && !(happened.Kind == TraceEventKind.Isb && word.SequenceEqual("isb"u8)))
            throw Expected("a field in ( )", word);
    }

    private void ReadKindField(ref TraceEvent happened)
    {
        var word = Word();
        if (happened.Kind == TraceEventKind.Dsb)
        {
            happened.Dsb = DsbOptions.Find(word) ?? throw Expected("ish, ishst, nsh or sy", word);
            return;
        }

        happened.Hint = happened.Kind != TraceEventKind.Hint ? throw Expected("no kind here", word)
            : TraceWords.Hint(word)
                ?? throw Expected("set_root_lock, set_owner_root, release_table or set_pte_thread_owner", word);
    }

    private bool Order()
    {
        var word = Word();
        return word.SequenceEqual("release"u8)
            || (word.SequenceEqual("plain"u8) ? false : throw Expected("plain or release", word));
    }

    private ulong Decimal()
    {
        var word = Word();
        ulong value = 0;
        foreach (byte b in word)
        {
            if (b is < (byte)'0' or > (byte)'9' || word.Length > 18)
                throw Expected("a decimal number", word);
            value = value * 10 + (ulong)(b - '0');
        }

        return value;
    }

    private ulong Hexadecimal()
    {
        var word = Word();
        var digits = word.Length > 2 && word[0] == (byte)'0' && (word[1] | 0x20) == 'x' ? word[2..] : word;
        if (digits.Length > 16)
            throw Expected("a hexadecimal number of 64 bits", word);
        ulong value = 0;
        foreach (byte b in digits)
        {
            uint digit = b is >= (byte)'0' and <= (byte)'9' ? (uint)(b - '0') : (uint)((b | 0x20) - 'a' + 10);
            if (digit > 15 || (digit > 9 && (b | 0x20) is < 'a' or > 'f'))
                throw Expected("a hexadecimal number", word);
            value = value << 4 | digit;
        }

        return value;
    }

    private ReadOnlySpan<byte> Word()
    {
        SkipBlanks();
        int start = _at;
        while (_at < _line.Length && _line[_at] is not ((byte)' ' or (byte)'(' or (byte)')' or (byte)'\t' or (byte)'"'))
            _at++;
        return _at > start ? _line[start.._at] : throw Expected("a word", _line[_at..]);
    }

    private void SkipText()
    {
        SkipBlanks();
        if (Next != '"')
        {
            Word();
            return;
        }

        int end = _line[(_at + 1)..].IndexOf((byte)'"');
        if (end < 0)
            throw Expected("the end of a text, \"", _line[_at..]);
        _at += end + 2;
    }

    private void SkipBlanks()
    {
        while (_at < _line.Length && _line[_at] is (byte)' ' or (byte)'\t')
            _at++;
    }

    private void Expect(byte expected)
    {
        SkipBlanks();
        if (Next != expected)
            throw Expected(((char)expected).ToString(), _line[_at..]);
        _at++;
    }

    private readonly bool Once(ref bool has, ReadOnlySpan<byte> name)
    {
        if (has)
            throw Expected("each field once", name);
        return has = true;
    }

    private readonly void Require(bool has, string field)
    {
        if (!has)
            throw new InputException(file, number, $"expected the field {field} in an event, found none");
    }

    private readonly InputException Expected(string what, ReadOnlySpan<byte> found)
    {
        string text = found.IsEmpty ? "the end of the line"
            : System.Text.Encoding.Latin1.GetString(found[..Math.Min(found.Length, 40)]);
        return new(file, number, $"expected {what}, found {text}");
    }
}
