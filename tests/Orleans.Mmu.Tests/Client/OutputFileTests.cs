using System.Diagnostics;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

namespace Orleans.Mmu.Tests.Client;

/// <summary>A file that is written stays what it was: its mode, its other names, a pipe.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Mode_and_length_are_those_of_the_file_and_the_text()
    {
        string path = Named("a.json");
        File.WriteAllText(path, "a longer text than the new one");
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(path, mode);

        OutputFile.Open("--trace", path).Write("new");

        Assert.Equal(("new", mode), (File.ReadAllText(path), File.GetUnixFileMode(path)));
    }

    [Fact]
    public async Task A_hard_link_sees_the_text_under_both_names()
    {
        string path = Named("a.json");
        await File.WriteAllTextAsync(path, "old");
        await RunAsync("ln", path, Named("b.json"));

        OutputFile.Open("--trace", path).Write("new");

        Assert.Equal("new", await File.ReadAllTextAsync(Named("b.json")));
    }

    [Fact]
    public async Task A_pipe_passes_the_text_on()
    {
        string path = Named("pipe.json");
        await RunAsync("mkfifo", path);
        var reader = Task.Run(() => File.ReadAllText(path));

        var file = OutputFile.Open("--trace", path);
        await Task.Run(() => file.Write("new"));

        Assert.Equal("new", await reader);
    }

    [Fact]
    public void A_long_text_replaces_a_file_only_when_it_is_complete()
    {
        string path = Named("a.log");
        File.WriteAllText(path, "old");
        var file = OutputFile.Open("--trace", path);

        Assert.Throws<OperationCanceledException>(() => file.Write(CutOff));
        Assert.Equal("old", File.ReadAllText(path));

        file.Write(text => text.Write("new"));
        Assert.Equal("new", File.ReadAllText(path));
    }

    [Fact]
    public void A_long_text_that_is_not_complete_leaves_no_new_file()
    {
        string path = Named("a.log");
        Assert.Throws<OperationCanceledException>(() => OutputFile.Open("--trace", path).Write(CutOff));
        Assert.False(File.Exists(path));
    }

    private static void CutOff(TextWriter text)
    {
        text.Write(new string('x', 1 << 20));
        throw new OperationCanceledException();
    }

    [Theory]
    [InlineData("map", "machine.json", "--html", "machine.json")]
    [InlineData("map", "machine.json", "--html", "link.json")]
    [InlineData("lint", "machine.json", "--junit", "machine.json")]
    [InlineData("decay", "asymmetric", "--changes", "machine.json", "--html", "link.json")]
    public async Task A_file_that_is_read_is_not_written(string verb, params string[] args)
    {
        await File.WriteAllTextAsync(Named("machine.json"), "{}");
        File.CreateSymbolicLink(Named("link.json"), "machine.json");
        string[] named = [verb, .. args.Select(a => a.EndsWith(".json", StringComparison.Ordinal) ? Named(a) : a)];

        var run = await CommandRun.WithoutSiloAsync(named);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Equal(
            $"{args[^2]}: expected a file of its own, found {named[^1]}, which the command reads\n", run.Error);
        Assert.Equal("{}", await File.ReadAllTextAsync(Named("machine.json")));
    }

    [Fact]
    public void Nothing_is_created_before_the_result_is_there()
    {
        OutputFile.Open("--trace", Named("a.json"));

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void A_link_to_a_full_device_is_an_error_of_use()
    {
        string link = Path.Combine(_folder.FullName, "link.json");
        File.CreateSymbolicLink(link, "/dev/full");
        Assert.Throws<UsageException>(() => OutputFile.Open("--trace", link).Write("new"));
    }

    [Fact]
    public void A_full_device_is_an_error_of_use()
    {
        var error = Assert.Throws<UsageException>(() => OutputFile.Open("--trace", "/dev/full").Write("new"));

        Assert.StartsWith(
            "/dev/full: expected a file that can be written: ", error.Message, StringComparison.Ordinal);
    }

    private string Named(string name) => Path.Combine(_folder.FullName, name);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }
}
