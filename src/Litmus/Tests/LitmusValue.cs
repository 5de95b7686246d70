namespace Orleans.Mmu.Litmus.Tests;

/// <summary>The kind of value that a register or a word of memory holds.</summary>
public enum LitmusValueKind : byte
{
    /// <summary>A number of 64 bits.</summary>
    Number,

    /// <summary>The virtual address of a page.</summary>
    Address,

    /// <summary>The address of a word of a translation table: PTE(x), PMD(x).</summary>
    TableWord,

    /// <summary>
    /// The operand of a TLBI: a virtual address shifted right by 12, with the fields from bit 37 on.
    /// </summary>
    PageNumber,

    /// <summary>A descriptor.</summary>
    Descriptor,

    /// <summary>A value for TTBR1_EL1.</summary>
    Root,

    /// <summary>The address of an instruction: what ADR of a label and ELR_EL1 hold.</summary>
    Code,

    /// <summary>
    /// What PAR_EL1 holds after an AT: the physical address of a page, or that the translation faults.
    /// </summary>
    Translated,
}

/// <summary>A symbolic value: addresses, table words and descriptors are kept by name, as herd does.</summary>
/// <param name="Bits">
/// The number, or the index of the page, the table word, the descriptor or the root in the test's names.
/// </param>
public readonly record struct LitmusValue(LitmusValueKind Kind, long Bits)
{
    /// <summary>The bits of a TLBI's operand that may hold TTL, NUM, SCALE, TG or an ASID: 37 to 63.</summary>
    public const long MaskOfFields = -1L << 37;

    public static LitmusValue Zero => default;

    /// <summary>The page of an address.</summary>
    public int Page => (int)(Bits & 0xffff);

    /// <summary>Bytes of an address from its page's start.</summary>
    public int Offset => (int)(Bits >> 16);

    /// <summary>The bits of a TLBI's operand above its address, at their places.</summary>
    public long OperandFields => Bits & MaskOfFields;

    /// <summary>The CPU of an instruction's address.</summary>
    public int CodeCpu => (int)(Bits >> 16);

    /// <summary>The index of an instruction's address in its CPU's program.</summary>
    public int CodeIndex => (int)(Bits & 0xffff);

    public static LitmusValue Number(long value) => new(LitmusValueKind.Number, value);

    /// <param name="offset">Bytes from the page's start.</param>
    public static LitmusValue Address(int page, int offset = 0) =>
        new(LitmusValueKind.Address, (long)offset << 16 | (long)page);

    /// <param name="fields">Bits 37 to 63 of a TLBI's operand.</param>
    public static LitmusValue PageNumber(int page, long fields = 0) =>
        new(LitmusValueKind.PageNumber, fields | (long)page);

    public static LitmusValue TableWord(int word) => new(LitmusValueKind.TableWord, word);

    /// <summary>A descriptor; a word of zeros is the number 0, as in memory.</summary>
    public static LitmusValue Descriptor(int descriptor) =>
        descriptor == LitmusNames.ZeroDescriptor ? Zero : new(LitmusValueKind.Descriptor, descriptor);

    /// <param name="page">The page; null for a fault.</param>
    public static LitmusValue Translated(int? page) => new(LitmusValueKind.Translated, page ?? -1);

    /// <param name="index">Index of the instruction in its CPU's program.</param>
    public static LitmusValue Code(int cpu, int index) => new(LitmusValueKind.Code, (long)cpu << 16 | (long)index);

    public static LitmusValue Root(LitmusRoot root) => new(LitmusValueKind.Root, (long)root);
}

/// <summary>A value of TTBR1_EL1: one of two roots, with or without CnP.</summary>
[Flags]
public enum LitmusRoot
{
    /// <summary>swapper_pg_dir.</summary>
    Swapper = 1,

    /// <summary>reserved_pg_dir: every entry invalid.</summary>
    Reserved = 2,

    /// <summary>CnP is set.</summary>
    Cnp = 4,
}
