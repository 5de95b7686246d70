using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;

namespace Orleans.Mmu.Tests.Client;

/// <summary>
/// The files that a command line names: one that cannot be read, or must not be written, is exit 1 and one line on
/// standard error.
/// </summary>
public sealed class InputFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_machine_that_nobody_knows() => await CommandRun.RefusedAsync(
        "nosuch: expected a machine file or a built-in machine such as asymmetric (mmu machines lists them), found "
        + "neither", "boot", "nosuch");

    [Fact]
    public async Task A_directory() =>
        await CommandRun.RefusedAsync(
            $"{_directory.FullName}: expected a machine file, found a directory", "boot", _directory.FullName);

    [Fact]
    public async Task A_mistake_in_a_machine_file()
    {
        string path = await FileAsync("{\n \"name\": 1 }"u8.ToArray());
        await CommandRun.RefusedAsync($"{path}:2: name: expected a string, found 1", "boot", path);
    }

    [Fact]
    public async Task Bytes_that_are_not_utf8()
    {
        string path = await FileAsync([(byte)'{', (byte)'\n', 0xff, (byte)'}']);
        await CommandRun.RefusedAsync($"{path}:2: expected UTF-8, found the byte 0xff", "boot", path);
    }

    [Fact]
    public async Task A_file_that_is_too_large()
    {
        string path = await FileAsync(new byte[(3 * MachineFile.MaxLength) + 1]);
        await CommandRun.RefusedAsync($"{path}:1: expected at most 12582912 bytes, found more", "boot", path);
    }

    [Fact]
    public async Task A_trace_that_cannot_be_written()
    {
        await CommandRun.RefusedAsync(
            $"{_directory.FullName}: expected a file to write, found a directory", "boot", "symmetric", "--trace",
            _directory.FullName);
        var run = await CommandRun.WithoutSiloAsync(
            "boot", "symmetric", "--trace", Path.Combine(_directory.FullName, "no", "t.json"));
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.StartsWith(Path.Combine(_directory.FullName, "no", "t.json") + ": expected a file that can be written: ",
            run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_file_with_a_byte_order_mark_is_read()
    {
        string path = await FileAsync([0xef, 0xbb, 0xbf, .. "{\n \"name\": 1 }"u8]);
        await CommandRun.RefusedAsync($"{path}:2: name: expected a string, found 1", "boot", path);
    }

    [Fact]
    public async Task A_file_may_have_the_name_of_an_option() => await CommandRun.RefusedAsync(
        "--odd.ktr: expected a memory trace, found no such file", "tlb", "--", "--odd.ktr");

    [Fact]
    public async Task A_long_line_of_a_file_is_cut()
    {
        string path = await FileAsync([.. "{ \"name\": "u8, .. new string('x', 10_000).Select(c => (byte)c)]);
        var run = await CommandRun.WithoutSiloAsync("map", path);
        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.InRange(run.Error.Length, 1, OneLine.LongestMessage + 1);
    }

    [Fact]
    public async Task A_memory_trace_is_never_overwritten()
    {
        string path = Path.Combine(_directory.FullName, "kernel.json");
        await File.WriteAllBytesAsync(path, [0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]);
        await CommandRun.RefusedAsync(
            $"--trace: expected a file to write, found the memory trace {path}", "check", "spin", "--trace", path);
        Assert.Equal(7, new FileInfo(path).Length);
    }

    private async Task<string> FileAsync(byte[] content)
    {
        string path = Path.Combine(_directory.FullName, "machine.json");
        await File.WriteAllBytesAsync(path, content);
        return path;
    }
}
