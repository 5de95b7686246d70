using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Reading;

/// <summary>What pages and table words hold at first.</summary>
internal sealed partial class InitReader
{
    private void ReadWord(string word, int line, bool bracketed)
    {
        int? tableWord = _descriptors.TableWord(word);
        int page = tableWord is { } t ? names.Words[t].Page : word.Length > 0 && !char.IsAsciiDigit(word[0])
            ? _descriptors.Page(word) : throw source.Expected("the name of a page");
        if (bracketed && !source.Take("]"))
            throw source.Expected("]");
        source.SkipBlanks();
        if (source.Next == '[')
        {
            if (tableWord is not null || bracketed)
                throw source.Error(line, $"expected one word for {word}, found an array");
            ReadArray(page, line);
            return;
        }

        if (tableWord is { } entry)
        {
            Equals();
            ReadTableWord(entry, page, line);
            return;
        }

        var type = _type ?? NumberType.Signed32;
        if (type != NumberType.Signed32)
            Types[new(LitmusObservableKind.Memory, -1, page)] = type;
        SetCell(page, 0, source.Take("=") ? _descriptors.Value() : LitmusValue.Zero, line);
    }

    // int x[2]={0,1}: the elements, of which the last ones may be left out.
    private void ReadArray(int page, int line)
    {
        source.Take("[");
        string count = source.Word();
        if (!LitmusNumber.TryParse(count, out long elements) || elements is < 1 or > LitmusTest.CellsOfPage)
            throw source.Error(line, $"expected an array of 1 to {LitmusTest.CellsOfPage} elements, found {count}");
        if (!source.Take("]"))
            throw source.Expected("]");
        names.DeclareArray(page, _type is NumberType.Signed64 or NumberType.Unsigned64 ? 8 : 4);
        if (!source.Take("="))
            return;
        if (!source.Take("{"))
            throw source.Expected("{ and the elements of an array");
        for (int element = 0; ; element++)
        {
            if (element == elements)
                throw source.Error(line, $"expected {elements} elements for {names.PageName(page)}, found more");
            SetCell(page, element, _descriptors.Value(), line);
            if (!source.Take(","))
                break;
        }

        if (!source.Take("}"))
            throw source.Expected(", or }");
    }

    private void SetCell(int page, int cell, LitmusValue value, int line)
    {
        // Memory of 32 bits holds the number as a W register loads it.
        if (value.Kind == LitmusValueKind.Number
            && (_type ?? NumberType.Signed32) is NumberType.Signed32 or NumberType.Unsigned32)
            value = LitmusValue.Number((uint)value.Bits);
        if (!Cells.TryAdd(page * LitmusTest.CellsOfPage + cell, value))
            throw source.Error(line, $"expected one value for {names.PageName(page)}, found a second");
    }

    private void ReadTableWord(int word, int page, int line)
    {
        source.SkipBlanks();
        int descriptor;
        if (source.Next == '(')
        {
            var literal = _descriptors.Literal(page);
            if (literal.Kind != LitmusValueKind.Descriptor)
                throw source.Error(
                    line, $"expected a descriptor for {names.WordName(word)}, found {names.Text(literal)}");
            descriptor = (int)literal.Bits;
        }
        else
        {
            var value = _descriptors.Value();
            if (value != LitmusValue.Zero)
                throw source.Error(
                    line, $"expected a descriptor in ( ) or 0 for {names.WordName(word)}, found {names.Text(value)}");
            descriptor = LitmusNames.ZeroDescriptor;
        }

        if (names.Descriptors[descriptor].Table is not null && !names.Words[word].IsPmd)
            throw source.Error(line, $"expected a leaf for {names.WordName(word)}, found a table");
        if (!TableWords.TryAdd(word, descriptor))
            throw source.Error(line, $"expected one value for {names.WordName(word)}, found a second");
        if (names.Words[word].IsPmd)
            Pmds.Add((word, line));
    }
}
