using System.Diagnostics;
using System.Globalization;
using System.Text;
using Orleans.Mmu.Client;

namespace Orleans.Mmu.Tests.Client.Processes;

/// <summary>The built command mmu as a process, started through a shell that redirects its streams.</summary>
internal sealed class MmuProcess : IDisposable
{
    // A last resort: a busy machine must not reach it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly TaskCompletionSource _hasBegun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _hasSaidAll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MmuProcess(Process process) => _process = process;

    /// <summary>How it ended.</summary>
    public sealed record Run(int Code, string Out, string Error);

    /// <summary>Runs mmu to its end.</summary>
    /// <param name="shell">
    /// The rest of a shell's command line behind "mmu": arguments and redirections such as "lint - &lt;&amp;-".
    /// </param>
    /// <param name="folder">The working directory.</param>
    public static async Task<Run> RunAsync(string shell, string folder)
    {
        using var process = Start(shell, folder);
        return await process.EndAsync();
    }

    /// <summary>
    /// Starts mmu. The shell becomes mmu, so that signals reach it. They do what they do by default, even where this
    /// process was started to ignore them, as nohup and a shell's background jobs are.
    /// </summary>
    public static MmuProcess Start(string shell, string folder)
    {
        var process = new Process
        {
            StartInfo = new("/bin/sh",
                ["-c", $"exec env --default-signal dotnet '{typeof(MmuProgram).Assembly.Location}' {shell}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            },
        };
        var started = new MmuProcess(process);
        process.ErrorDataReceived += (_, line) => started.Hear(line.Data);
        process.Start();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Waits for the first line on standard error: a progress line after a second of work.</summary>
    public Task BegunAsync() => _hasBegun.Task.WaitAsync(Patience);

    /// <summary>Sends a signal by its name: "INT".</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start(
            "kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<Run> EndAsync()
    {
        string output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _hasSaidAll.Task.WaitAsync(Patience);
        lock (_error)
            return new(_process.ExitCode, output, _error.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            _hasSaidAll.TrySetResult();
            _hasBegun.TrySetException(new InvalidOperationException("mmu has ended"));
            return;
        }

        lock (_error)
            _error.Append(line).Append('\n');
        _hasBegun.TrySetResult();
    }
}
