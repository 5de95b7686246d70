using System.Globalization;

namespace Orleans.Mmu.Viewer.Charts;

/// <summary>
/// How the parts of a chart look, as attributes of SVG: a file of its own carries its colours; in a page the parts have
/// classes, so that the page's style gives them the colours of the reader's scheme and the page's font.
/// </summary>
internal abstract class ChartLook
{
    public static ChartLook File { get; } = new InFile();

    public static ChartLook Page { get; } = new InPage();

    /// <summary>A line at a value of y.</summary>
    public abstract string Grid { get; }

    /// <summary>The frame and the ticks of x.</summary>
    public abstract string Axis { get; }

    public abstract string Title { get; }

    /// <param name="index">The line's index in its chart.</param>
    public abstract string Line(int index);

    /// <summary>A point of a line.</summary>
    public abstract string Point(int index);

    private sealed class InFile : ChartLook
    {
        // Colours that are distinguishable with any kind of colour vision (Okabe and Ito).
        private static readonly string[] Colours = [
            "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933"];
        private static readonly string[] Dashes = ["none", "6 3", "2 2", "8 3 2 3"];

        public override string Grid => "stroke=\"#ddd\"";

        public override string Axis => "stroke=\"#666\"";

        public override string Title => "font-size=\"13\" font-weight=\"bold\"";

        public override string Line(int index) =>
            $"stroke=\"{Colours[index % Colours.Length]}\" stroke-width=\"1.8\" " +
            $"stroke-dasharray=\"{Dashes[index / Colours.Length % Dashes.Length]}\" fill=\"none\"";

        public override string Point(int index) => $"fill=\"{Colours[index % Colours.Length]}\"";
    }

    private sealed class InPage : ChartLook
    {
        private const int Colours = 8;
        private const int Dashes = 4;

        public override string Grid => "class=\"grid\"";

        public override string Axis => "class=\"axis\"";

        public override string Title => "class=\"title\"";

        // Neighbours differ by their dashes too, for readers to whom colours say nothing.
        public override string Line(int index) => string.Create(
            CultureInfo.InvariantCulture, $"class=\"series series-{index % Colours} dash-{index % Dashes}\"");

        public override string Point(int index) =>
            string.Create(CultureInfo.InvariantCulture, $"class=\"point series-{index % Colours}\"");
    }
}
