namespace Orleans.Mmu.Tests.Client.Processes;

/// <summary>Standard streams that are closed or full: one line and exit 1 for results, nothing for messages.</summary>
public sealed class StreamTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("check --list 2>&-", 0)]
    [InlineData("check --list 2>/dev/full", 0)]
    [InlineData("boot asymmetric --json 2>/dev/full", 0)]
    [InlineData("map nonexistent 2>&-", 1)]
    [InlineData("map nonexistent 2>/dev/full", 1)]
    public async Task Standard_error_changes_no_result(string shell, int code)
    {
        var run = await MmuProcess.RunAsync(shell, _folder.FullName);

        Assert.Equal((code, ""), (run.Code, run.Error));
        Assert.Equal(code == 0, run.Out.Length > 0);
    }

    [Theory]
    [InlineData("check --list >/dev/full", "standard output: cannot be written (")]
    [InlineData("check --list >&-", "standard output: cannot be written (")]
    [InlineData("map symmetric >&-", "standard output: cannot be written (")]
    [InlineData("lint - <&-", "standard input: expected a casemate trace, found it closed")]
    [InlineData("tlb - <&-", "standard input: expected a memory trace, found it closed")]
    [InlineData("lint - </", "standard input: expected a casemate trace that can be read: ")]
    public async Task A_stream_that_is_needed_is_one_line(string shell, string start)
    {
        var run = await MmuProcess.RunAsync(shell, _folder.FullName);

        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.StartsWith(start, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_link_writes_where_it_points_to_from_its_own_folder()
    {
        string below = _folder.CreateSubdirectory("below").FullName;
        File.CreateSymbolicLink(Path.Combine(below, "link.json"), "target.json");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "here.json"), "below/link.json");

        var run = await MmuProcess.RunAsync("check spin --cpus 2 --trace here.json", _folder.FullName);

        Assert.Equal(3, run.Code);
        Assert.StartsWith(
            "{", await File.ReadAllTextAsync(Path.Combine(below, "target.json")), StringComparison.Ordinal);
        Assert.Equal(2, new DirectoryInfo(below).GetFiles().Length);
    }
}
