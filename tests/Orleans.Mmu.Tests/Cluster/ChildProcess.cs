using System.Diagnostics;

namespace Orleans.Mmu.Tests.Cluster;

/// <summary>A program that runs beside the tests and is gone with them.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts a program and waits until a line of its output says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ends before, or says nothing for a minute; the message has its output.</exception>
    public static async Task<ChildProcess> StartAsync(string program, string[] arguments, string ready)
    {
        var process = new Process
        {
            StartInfo = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
            EnableRaisingEvents = true,
        };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Hear(line.Data, ready);
        process.ErrorDataReceived += (_, line) => child.Hear(line.Data, ready);
        process.Exited += (_, _) => child._ready.TrySetException(new InvalidOperationException($"{program} ended: {child.Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await child._ready.Task.WaitAsync(Patience);
            return child;
        }
        catch
        {
            child.Dispose();
            throw;
        }
    }

    /// <summary>kill -9: it gets to do nothing more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    /// <summary>All that it has said.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    private void Hear(string? line, string ready)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
        if (line.Contains(ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
