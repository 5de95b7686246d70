using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Pipes;
using System.Net.Sockets;
using System.Text;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Import.Places;
using Orleans.Mmu.Import.Texts;
using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.MachineFiles;
using Orleans.Mmu.Tests.Client;

namespace Orleans.Mmu.Tests.Import;

/// <summary>A folder, a tar and single files give the same machine; other places are refused.</summary>
public sealed class PlaceTests : IDisposable
{
    private static readonly (string Name, string Text)[] All =
    [
        ("cpuinfo", Samples.Cpuinfo), ("iomem", Samples.Iomem), ("cmdline", "rodata=on nokaslr\n"),
        ("version", "6.18\n"),
        ("config", Samples.Config), ("System.map", Samples.SystemMap),
    ];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mmu");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_folder_a_tar_a_compressed_tar_and_single_files_give_the_same_machine()
    {
        string folder = Folder();
        string tar = Path.Combine(_directory.FullName, "host.tar");
        TarFile.CreateFromDirectory(folder, tar, includeBaseDirectory: true);
        string compressed = tar + ".gz";
        using (var gzip = new GZipStream(File.Create(compressed), CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(tar));
        string[] single =
        [
            "import", "--name", "host", "--cpuinfo", Of("cpuinfo"), "--iomem", Of("iomem"), "--cmdline",
            "rodata=on nokaslr", "--version", "6.18", "--config", Of("config"), "--system-map", Of("System.map"),
        ];
        string Of(string name) => Path.Combine(folder, name);

        var runs = new List<CommandRun>();
        string[][] ways = [["import", folder], ["import", tar], ["import", compressed], single];
        foreach (string[] arguments in ways)
            runs.Add(await CommandRun.WithoutSiloAsync(arguments));

        Assert.All(runs, run => Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error)));
        Assert.All(runs, run => Assert.Equal(Without(runs[0].Out), Without(run.Out)));
    }

    [Theory]
    [InlineData("nokaslr")]
    [InlineData("arm64.nolva")]
    [InlineData("quiet")]
    public async Task One_word_is_a_command_line(string line)
    {
        var run = await CommandRun.WithoutSiloAsync("import", Folder(), "--cmdline", line);

        Assert.Equal(ExitCode.Done, run.Code);
        Assert.Contains($"\"commandLine\": \"{line}\"", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nosuch.txt")]
    [InlineData("cmdline")]
    [InlineData("no/such")]
    public async Task The_name_of_a_file_that_is_missing_is_none(string line) => Assert.Equal(ExitCode.BadInput,
        (await CommandRun.WithoutSiloAsync("import", Folder(), "--cmdline", line)).Code);

    [Fact]
    public async Task The_output_is_written_only_where_the_import_succeeds()
    {
        string output = Path.Combine(_directory.FullName, "m.json");
        string folder = Folder();

        Assert.Equal(ExitCode.BadInput, (await CommandRun.WithoutSiloAsync(
            "import", folder, "--version", "5.15", "-o", output)).Code);
        Assert.False(File.Exists(output));
        var run = await CommandRun.WithoutSiloAsync("import", folder, "-o", output);

        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Out));
        Assert.Equal("host", MachineFile.Parse(output, await File.ReadAllTextAsync(output)).Name);
    }

    [Theory]
    [InlineData("a.txt", "x", "expected a folder or a tar, found another file or a cut tar")]
    [InlineData("a.txt", "", "expected a tar with files such as cpuinfo, iomem")]
    public async Task Another_file_is_refused(string name, string text, string message)
    {
        string path = Path.Combine(_directory.FullName, name);
        await File.WriteAllTextAsync(path, text);

        var run = await CommandRun.WithoutSiloAsync("import", path);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.StartsWith($"{path}:1: {message}", run.Error, StringComparison.Ordinal);
    }

    // A copy over the network may end between two files.
    [Fact]
    public async Task A_tar_that_was_cut_is_refused_wherever_it_was_cut()
    {
        string tar = Path.Combine(_directory.FullName, "host.tar");
        await TarFile.CreateFromDirectoryAsync(Folder(), tar, includeBaseDirectory: true);
        byte[] whole = await File.ReadAllBytesAsync(tar);
        int end = whole.Length;
        while (whole.AsSpan(end - 512, 512).IndexOfAnyExcept((byte)0) < 0)
            end -= 512;

        for (int length = 512; length < whole.Length; length += 512)
        {
            var file = new ImportFile("host.tar", whole.AsMemory(0, length));
            if (length > end)
                Assert.Equal(6, TarFiles.Read(file).Kinds.Count());
            else
                Assert.StartsWith("host.tar:1: expected a ", Assert.Throws<InputException>(
                    () => TarFiles.Read(file)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_FIFO_in_a_folder_is_refused_without_waiting_for_its_writer()
    {
        string path = Path.Combine(_directory.FullName, "iomem");
        using (var made = Process.Start("mkfifo", [path]))
            await made.WaitForExitAsync();

        var run = await CommandRun.WithoutSiloAsync("import", _directory.FullName);

        Assert.Equal((ExitCode.BadInput, ""), (run.Code, run.Out));
        Assert.Equal($"{path}: expected a regular file, found a FIFO\n", run.Error);
    }

    [Fact]
    public void A_device_and_a_socket_are_refused_and_what_the_caller_opened_is_read()
    {
        string path = Path.Combine(_directory.FullName, "s");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));

        Assert.Equal("/dev/zero: expected a regular file, found a character device",
            Assert.Throws<InputException>(() => RegularFile.OpenRead("/dev/zero")).Message);
        Assert.Equal($"{path}: expected a regular file, found a socket",
            Assert.Throws<InputException>(() => RegularFile.OpenRead(path)).Message);
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write("a"u8);
        using var read = RegularFile.OpenRead($"/dev/fd/{pipe.GetClientHandleAsString()}");
        Assert.Equal('a', read.ReadByte());
    }

    [Fact]
    public async Task Two_files_of_a_kind_are_refused()
    {
        string folder = Folder();
        await File.WriteAllTextAsync(Path.Combine(folder, "iomem.txt"), Samples.Iomem);

        var run = await CommandRun.WithoutSiloAsync("import", folder);

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("expected one file of its kind, found also", run.Error, StringComparison.Ordinal);
    }

    private string Folder()
    {
        string folder = Path.Combine(_directory.FullName, "host");
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in All)
            File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(false));
        return folder;
    }

    // Comments name the files, which lie in other places.
    private static string Without(string text) => string.Join(
        '\n', text.Split('\n').Select(l => l.Split("//")[0].TrimEnd()).Where(l => l.Length > 0));
}
