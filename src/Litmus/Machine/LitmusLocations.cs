using Orleans.Mmu.Inputs;
using Orleans.Mmu.Litmus.Tests;

namespace Orleans.Mmu.Litmus.Machine;

/// <summary>Which location of a test an instruction names.</summary>
internal sealed class LitmusLocations(LitmusTest test)
{
    /// <summary>The address that a load or store names: of a page, with the byte in it, or of a table's word.</summary>
    /// <exception cref="InputException">The base is no address, or the index leaves the page.</exception>
    public LitmusValue AddressOf(LitmusCpu cpu, Instruction access, LitmusRegister @base, LitmusOperand by) =>
        AddressOf(cpu.Read(@base), cpu.Read(by), access, @base);

    /// <summary>The address that a base and an index give.</summary>
    /// <exception cref="InputException">The base is no address, or the index leaves the page.</exception>
    public LitmusValue AddressOf(LitmusValue address, LitmusValue index, Instruction access, LitmusRegister @base)
    {
        if (address.Kind is not (LitmusValueKind.Address or LitmusValueKind.TableWord))
            throw new InputException(
                test.Source, access.Line,
                $"expected an address in {@base}, found {test.Names.Text(address)} in {access.Text}");
        if (index.Kind != LitmusValueKind.Number)
            throw new InputException(
                test.Source, access.Line,
                $"expected a number as index, found {test.Names.Text(index)} in {access.Text}");
        long distance = access is AccessInstruction plain
            ? LitmusArithmetic.Extend(index, plain.IndexExtension).Bits << plain.IndexShift : index.Bits;
        if (distance == 0)
            return address;
        if (address.Kind == LitmusValueKind.TableWord && distance == 8)
            return LitmusValue.TableWord(NextWord((int)address.Bits, access));
        if (address.Kind == LitmusValueKind.Address && address.Offset + distance is >= 0 and < 4096)
            return LitmusValue.Address(address.Page, address.Offset + (int)distance);
        throw new InputException(
            test.Source, access.Line, $"expected an index within the page, found {distance} in {access.Text}");
    }

    /// <summary>The cell of memory that an access reaches through a translation.</summary>
    /// <param name="offset">The byte in the page.</param>
    /// <exception cref="InputException">The test has no name for the page, or the byte is another one.</exception>
    public int CellOf(TranslationChoice choice, int offset, Instruction instruction)
    {
        if (choice.Output < 0)
            throw new InputException(
                test.Source, instruction.Line,
                $"expected a name for the page of memory that {instruction.Text} reaches through " +
                $"{test.Names.WordName(choice.Word)}, found none");
        int size = test.Names.CellBytes(choice.Output);
        if (size == 4 && IsWide(instruction))
            throw new InputException(
                test.Source, instruction.Line,
                $"expected accesses of one size, found 64 bits of an array of int in {instruction.Text}");
        return offset % size == 0 && offset / size < LitmusMemory.CellsOfPage
            ? choice.Output * LitmusMemory.CellsOfPage + offset / size
            : throw new InputException(
                test.Source, instruction.Line,
                $"expected one of the first {LitmusMemory.CellsOfPage} words of {size} bytes of a page, found byte "
                + $"{offset} in {instruction.Text}");
    }

    private static bool IsWide(Instruction access) => access switch
    {
        AccessInstruction plain => plain.Data.Wide,
        AtomicInstruction atomic => atomic.Source.Wide,
        CompareSwapInstruction swap => swap.Source.Wide,
        LoadExclusiveInstruction load => load.Target.Wide,
        StoreExclusiveInstruction store => store.Source.Wide,
        _ => false,
    };

    // The pte of the page that follows, which lies 8 bytes after that of this one.
    private int NextWord(int word, Instruction access)
    {
        var names = test.Names;
        int page = names.Words[word].Page;
        if (!names.Words[word].IsPmd && names.Find(page, names.Pages[page].Offset + 1) is { } next)
        {
            for (int other = 0; other < names.Words.Count; other++)
            {
                if (names.Words[other] == new LitmusTableWord(next, false))
                    return other;
            }
        }

        throw new InputException(
            test.Source, access.Line,
            $"expected a page after {names.PageName(page)} whose pte comes next, found none in {access.Text}");
    }
}
