using System.Text;

namespace Orleans.Mmu.Client.Terminals;

/// <summary>A terminal's standard error: each line that is too long is broken at spaces.</summary>
/// <param name="width">The terminal's width in columns at the time of a line.</param>
internal sealed class WrappedLines(TextWriter inner, Func<int> width) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    // Progress bars draw by themselves and fit.
    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine(string? value) =>
        inner.WriteLine(value is null ? null : WrappedText.Of(value, width()));

    public override void Flush() => inner.Flush();
}
