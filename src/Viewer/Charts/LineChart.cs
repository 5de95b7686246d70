using System.Globalization;
using System.Text;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Viewer.Charts;

/// <summary>A line of a chart.</summary>
/// <param name="Points">x and y, in order of x.</param>
public sealed record ChartLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>
/// A chart: one coordinate system with lines, drawn as SVG. A library (OxyPlot.Core) would write each element's colours
/// and fonts into its style attribute, where a page's light or dark scheme and its font cannot reach them; a page would
/// need a second pass over what the library wrote. This drawing leaves both to the page's style sheet.
/// </summary>
/// <param name="Categories">Labels of x = 0, 1, 2 …; null if x is a number.</param>
/// <param name="IsLogarithmic">Whether y has equal distances between powers of ten; 0 lies on the bottom.</param>
public sealed record LineChart(
    string Title, string XTitle, string YTitle, IReadOnlyList<string>? Categories, bool IsLogarithmic,
    IReadOnlyList<ChartLine> Lines)
{
    private const double Width = 660;
    private const double Height = 340;
    private const double Left = 78;
    private const double Top = 34;
    private const double PlotWidth = Width - Left - 18;
    private const double PlotHeight = Height - Top - 54;
    private const double LegendLine = 16;

    /// <summary>Charts below one another in one SVG document.</summary>
    public static string Document(IReadOnlyList<LineChart> charts)
    {
        double height = charts.Sum(c => c.TotalHeight);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width:0}\" height=\"{height:0}\" viewBox=\"0 0 " +
            $"{Width:0} {height:0}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        double y = 0;
        foreach (var chart in charts)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate(0 {y:0})\">\n");
            chart.Draw(svg, ChartLook.File);
            svg.Append("</g>\n");
            y += chart.TotalHeight;
        }

        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>The chart as an element of a page, whose style gives it colours.</summary>
    public string Element()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"chart\" role=\"img\" viewBox=\"0 0 {Width:0} {TotalHeight:0}\" aria-label=\"")
            .Append(System.Security.SecurityElement.Escape(OneLine.Of(Title))).Append("\">\n");
        Draw(svg, ChartLook.Page);
        return svg.Append("</svg>").ToString();
    }

    private double TotalHeight => Height + LegendLine * ((Lines.Count + 1) / 2) + 8;

    private void Draw(StringBuilder svg, ChartLook look)
    {
        var (low, high) = Range();
        double XOf(double x) => Left + PlotWidth * Part(x, MinX, MaxX);
        double YOf(double y) => Top + PlotHeight * (1 - Part(Scale(Math.Max(y, low)), Scale(low), Scale(high)));
        Text(svg, Left, 20, "start", Title, look.Title);
        foreach (double tick in Ticks(low, high))
        {
            double y = YOf(tick);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{Left:0}\" y1=\"{y:0.#}\" x2=\"{Left + PlotWidth:0}\" y2=\"{y:0.#}\" " +
                $"{look.Grid}/>\n");
            Text(svg, Left - 6, y + 4, "end", Number(tick));
        }

        foreach (var (x, name) in XTicks())
        {
            double at = XOf(x);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{at:0.#}\" y1=\"{Top + PlotHeight:0}\" x2=\"{at:0.#}\" y2=\"{Top + PlotHeight + 4:0}\" " +
                $"{look.Axis}/>\n");
            Text(svg, at, Top + PlotHeight + 16, "middle", name);
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Left:0}\" y=\"{Top:0}\" width=\"{PlotWidth:0}\" height=\"{PlotHeight:0}\" fill=\"none\" " +
            $"{look.Axis}/>\n");
        Text(svg, Left + PlotWidth / 2, Top + PlotHeight + 34, "middle", XTitle);
        Text(svg, 0, 0, "middle", YTitle,
            string.Create(
                CultureInfo.InvariantCulture, $"transform=\"translate(16 {Top + PlotHeight / 2:0}) rotate(-90)\""));
        for (int i = 0; i < Lines.Count; i++)
            Draw(svg, look, i, XOf, YOf);
    }

    private void Draw(
        StringBuilder svg, ChartLook look, int i, Func<double, double> xOf, Func<double, double> yOf)
    {
        var line = Lines[i];
        string style = look.Line(i);
        svg.Append("<polyline ").Append(style).Append(" points=\"");
        svg.AppendJoin(
            ' ', line.Points.Select(
                p => string.Create(CultureInfo.InvariantCulture, $"{xOf(p.X):0.#},{yOf(p.Y):0.#}")));
        svg.Append("\"/>\n");
        // Only lines with few points have markers; many markers would hide the line.
        foreach (var (x, y) in line.Points.Count <= 12 ? line.Points : [])
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle cx=\"{xOf(x):0.#}\" cy=\"{yOf(y):0.#}\" r=\"2.6\" " +
                $"{look.Point(i)}/>\n");
        double left = Left + i % 2 * (PlotWidth / 2);
        double top = Height + LegendLine * (i / 2) - 2;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line x1=\"{left:0}\" y1=\"{top - 4:0}\" x2=\"{left + 22:0}\" y2=\"{top - 4:0}\" {style}/>\n");
        Text(svg, left + 28, top, "start", line.Name);
    }

    private double MinX =>
        Categories is null ? Lines.SelectMany(l => l.Points).Select(p => p.X).DefaultIfEmpty(0).Min() : -0.3;

    private double MaxX =>
        Categories is null
            ? Lines.SelectMany(l => l.Points).Select(p => p.X).DefaultIfEmpty(1).Max() : Categories.Count - 0.7;

    private (double Low, double High) Range()
    {
        double[] values = [.. Lines.SelectMany(l => l.Points).Select(p => p.Y).Where(y => !IsLogarithmic || y > 0)];
        double high = values.DefaultIfEmpty(1).Max();
        if (!IsLogarithmic)
            return (0, high > 0 ? high * 1.05 : 1);
        double low = values.DefaultIfEmpty(0.1).Min();
        return (Math.Pow(10, Math.Floor(Math.Log10(low))), Math.Pow(10, Math.Floor(Math.Log10(high)) + 1));
    }

    private double Scale(double y) => IsLogarithmic ? Math.Log10(y) : y;

    private IEnumerable<double> Ticks(double low, double high)
    {
        if (IsLogarithmic)
        {
            for (double tick = low; tick <= high * 1.001; tick *= 10)
                yield return tick;
            yield break;
        }

        double step = Step(high);
        for (double tick = 0; tick <= high; tick += step)
            yield return tick;
    }

    private IEnumerable<(double X, string Name)> XTicks()
    {
        if (Categories is { } names)
            return names.Select((n, i) => ((double)i, n));
        double step = Step(MaxX - MinX);
        return Enumerable.Range(0, (int)((MaxX - MinX) / step) + 1).Select(i => MinX + i * step)
            .Select(x => (x, Number(x)));
    }

    // A step of 1, 2 or 5 times a power of ten that gives about five steps.
    private static double Step(double span)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(span, 1e-9) / 5)));
        double over = span / 5 / power;
        return power * (over > 5 ? 10 : over > 2 ? 5 : over > 1 ? 2 : 1);
    }

    private static double Part(double value, double low, double high) =>
        high > low ? (value - low) / (high - low) : 0.5;

    private static string Number(double value) => value is 0 || Math.Abs(value) >= 0.001
        ? value.ToString(Math.Abs(value) >= 1000 ? "N0" : "0.####", CultureInfo.InvariantCulture)
        : value.ToString("0e0", CultureInfo.InvariantCulture);

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, string more = "") =>
        svg.Append(CultureInfo.InvariantCulture,
        $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" " +
        $"{more}>{System.Security.SecurityElement.Escape(OneLine.Of(text))}</text>\n");
}
