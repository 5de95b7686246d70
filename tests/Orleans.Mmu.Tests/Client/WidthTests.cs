using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Tests.Client;

/// <summary>What is wider than a terminal is broken at spaces and nowhere else.</summary>
public sealed class WidthTests
{
    [Fact]
    public void A_table_breaks_no_word_and_no_number_however_narrow()
    {
        var table = new TextTable("mapping", ">leaf entries");
        table.AddRow("contiguous groups", "67,108,864");

        string text = table.Render(new(Width: 10, Colour: false, Boxes: false));

        Assert.Contains("contiguous", text, StringComparison.Ordinal);
        Assert.Contains("67,108,864", text, StringComparison.Ordinal);
        Assert.DoesNotContain("contiguous groups", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_on_a_terminals_standard_error_is_at_most_as_wide_as_that()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var lines = new WrappedLines(inner, () => 40);
        string sentence = string.Join(' ', Enumerable.Repeat("asymmetric:", 20));

        lines.WriteLine(sentence);

        string[] written = inner.ToString().TrimEnd('\n').Split('\n');
        Assert.InRange(written.Length, 6, 20);
        Assert.All(written, l => Assert.InRange(l.Length, 1, 40));
        Assert.Equal(sentence, string.Join(' ', written.Select(l => l.Trim())));
    }
}
