using System.Text.Json;
using Orleans.Mmu.Client.Rendering;
using Orleans.Mmu.Client.Terminals;
using Orleans.Mmu.Interfaces.Machines;

namespace Orleans.Mmu.Tests.Client;

public sealed class RenderingTests
{
    private static readonly TextStyle Pipe = new(Terminal.PipeWidth, Colour: false, Boxes: false);
    private static readonly TextStyle Screen = new(Terminal.PipeWidth, Colour: true, Boxes: true);

    private static BootReport Of(string name) => name switch
    {
        "spin" => SampleReports.Spin,
        "quiet" => SampleReports.Quiet,
        _ => SampleReports.Large,
    };

    [Theory]
    [InlineData("spin")]
    [InlineData("quiet")]
    [InlineData("large")]
    public void Text_for_a_pipe(string name)
    {
        string text = BootReportText.Render(Of(name), Pipe);
        Golden.Check($"text-{name}", text);
        Assert.True(text.All(c => c is '\n' or (>= ' ' and <= '~')), "a pipe gets plain ASCII");
    }

    [Fact]
    public void Text_for_a_terminal() =>
        Golden.Check("text-spin-terminal", BootReportText.Render(SampleReports.Spin, Screen));

    [Theory]
    [InlineData("spin")]
    [InlineData("quiet")]
    public void Json(string name)
    {
        string json = BootReportJson.Render(Of(name));
        Golden.Check($"json-{name}", json);
        JsonDocument.Parse(json).Dispose();
    }

    [Fact]
    public void Stop_machine_is_null_for_a_protocol_that_stops_nobody()
    {
        using var json = JsonDocument.Parse(BootReportJson.Render(SampleReports.Large));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("stopMachine").ValueKind);
        Assert.Equal(131_072, json.RootElement.GetProperty("repaint").GetProperty("splitBlocks").GetInt64());
        Assert.Equal("rendezvousTimeout", json.RootElement.GetProperty("outcome").GetString());
    }

    [Fact]
    public void Perfetto_gives_each_cpu_a_lane()
    {
        string trace = PerfettoTrace.Render(SampleReports.Spin);
        Golden.Check("perfetto-spin", trace);
        using var json = JsonDocument.Parse(trace);
        var events = json.RootElement.GetProperty("traceEvents").EnumerateArray().ToList();
        Assert.Equal(4, events.Count(e => e.GetProperty("name").GetString() == "thread_name"));
        Assert.Equal(SampleReports.Spin.Trace.Length, events.Count(e => e.GetProperty("ph").GetString() == "X"));
        Assert.Equal(SampleReports.Spin.Violations.Length, events.Count(e => e.GetProperty("ph").GetString() == "i"));
        Assert.All(events.Where(e => e.TryGetProperty("ts", out _)),
            e => Assert.True(e.GetProperty("ts").GetDouble() >= 0));
    }

    [Fact]
    public void Perfetto_without_events_is_still_a_trace()
    {
        using var json = JsonDocument.Parse(PerfettoTrace.Render(SampleReports.Large with { Trace = [] }));
        Assert.All(json.RootElement.GetProperty("traceEvents").EnumerateArray()
            .Where(e => e.TryGetProperty("ts", out _)),
            e => Assert.Equal(0, e.GetProperty("ts").GetDouble()));
    }

    [Theory]
    [InlineData("spin")]
    [InlineData("quiet")]
    [InlineData("large")]
    public void Mermaid(string name) => Golden.Check($"mermaid-{name}", MermaidTrace.Render(Of(name)));
}
