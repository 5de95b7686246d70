using static Orleans.Mmu.Tests.Explain.SampleOops;

namespace Orleans.Mmu.Tests.Explain;

/// <summary>Whether the fault and the walk that the kernel printed agree.</summary>
public sealed class OopsWalkTests
{
    [Theory]
    // The printed entry is valid: an old invalid descriptor, or a store since.
    [InlineData("96000047", "00e8000045c00f07", "The pte was valid when the kernel printed it")]
    // A read-only page and a store.
    [InlineData("9600004f", "0060000045c00f87", "The printed walk agrees: the pte does not permit the access.")]
    // A writable page and a store: an older entry in the TLB.
    [InlineData("9600004f", "0068000045c00f07", "The pte permits the access in the printed walk")]
    [InlineData("96000070", "0068000045c00f07", "The printed walk is one of the two translations: 4K at level 3.")]
    [InlineData("96000046", "0000000000000000", "The fault reports level 2, and the printed walk ends at level 3")]
    // A contiguous member that permits the store: another member may not.
    [InlineData("9600004f", "0078000045c00703", "The pte permits the access in the printed walk: the fault came from "
        + "an older translation in the TLB, which no TLBI has removed (R_LXHLD), from another member of its contiguous "
        + "group, whose permissions the CPU may use (R_JQQTC), or the entry changed since.")]
    // User space may write it, so the kernel does not execute it, whatever PXN says.
    [InlineData("8600000f", "0048000045c00f43", "The printed walk agrees: user space may write what the pte maps")]
    [InlineData("8600000f", "0060000045c00f83", "The printed walk agrees: the pte does not permit the access.")]
    // A page of user space, read while PAN is on.
    [InlineData("9600000f", "00e8000045c00f43", "The pte belongs to user space")]
    public void Fault_and_walk_are_held_against_each_other(string esr, string pte, string expected)
    {
        string text = Kfence.Replace("96000047", esr, StringComparison.Ordinal)
            .Replace("00e8000045c00f06", pte, StringComparison.Ordinal);

        Assert.Contains(
            Explained(text).Sections[2].Sentences, s => s.StartsWith(expected, StringComparison.Ordinal));
    }

    // PXNTable, APTable[1] and both, in the pud or the pmd; APTable[0] forbids nothing to the kernel.
    [Theory]
    [InlineData("8600000f", "pmd", "18", "PXNTable of the pmd forbids the access to everything below it")]
    [InlineData("8600000f", "pud", "08", "PXNTable of the pud forbids the access to everything below it")]
    [InlineData("9600004f", "pmd", "58", "APTable of the pmd forbids the access to everything below it")]
    [InlineData("9600004f", "pud", "40", "APTable of the pud forbids the access to everything below it")]
    [InlineData("8600000f", "pmd", "10", null)]
    [InlineData("9600004f", "pmd", "38", null)]
    [InlineData("9600000f", "pmd", "58", null)]
    public void Tables_above_the_leaf_may_forbid_the_access(string esr, string level, string bits, string? expected)
    {
        string text = Kfence.Replace("96000047", esr, StringComparison.Ordinal)
            .Replace("=18", "=00", StringComparison.Ordinal).Replace($"{level}=00", $"{level}={bits}",
                StringComparison.Ordinal)
            .Replace("00e8000045c00f06", "0048000045c00703", StringComparison.Ordinal);

        Assert.StartsWith(
            expected is null ? "The pte permits the access" : $"The printed walk agrees: {expected}",
            Explained(text).Sections[2].Sentences[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void At_another_level_fault_and_walk_do_not_agree()
    {
        string text = Kfence.Replace("96000047", "96000006", StringComparison.Ordinal).Replace(
            Walk, "[ffff000005c00000] pgd=0000000000000000", StringComparison.Ordinal);

        var sentences = Explained(text).Sections[2].Sentences;

        Assert.Equal(2, sentences.Length);
        Assert.StartsWith("The fault reports level 2, and the printed walk ends at level 0", sentences[1],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("920000c7")]
    [InlineData("920000cf")]
    [InlineData("960000c6")]
    [InlineData("8600008f")]
    public void A_fault_of_stage_2_is_not_held_against_the_walk_of_stage_1(string esr) =>
        Assert.Single(Explained(Kfence.Replace("96000047", esr, StringComparison.Ordinal)).Sections[2].Sentences);

    [Theory]
    [InlineData("4k", 39, "pgd, level 1", "pmd, level 2", "pte, level 3")]
    [InlineData("64k", 42, "pgd, level 2", "pte, level 3")]
    [InlineData("16k", 47, "pgd, level 1", "pmd, level 2", "pte, level 3")]
    [InlineData("4k", 52, "pgd, level -1", "p4d, level 0", "pud, level 1", "pmd, level 2", "pte, level 3")]
    public void Names_of_levels_that_Linux_folds_are_left_out(string pages, int bits, params string[] expected)
    {
        string text = Kfence.Replace("4k pages, 48-bit", $"{pages} pages, {bits}-bit", StringComparison.Ordinal);

        Assert.Equal(expected, Explained(text).Sections[1].Fields.Select(f => f.Name));
    }
}
