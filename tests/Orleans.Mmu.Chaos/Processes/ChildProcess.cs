using System.Diagnostics;

namespace Orleans.Mmu.Chaos.Processes;

/// <summary>A program that runs beside this one and is gone with it.</summary>
public sealed class ChildProcess : IDisposable
{
    // A last resort: a busy machine must not reach it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process _process;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Prefix, TaskCompletionSource<string> Heard)? _question;

    private ChildProcess(Process process) => _process = process;

    /// <summary>Starts a program and waits until a line of its output says that it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ends before; the message has its output.</exception>
    /// <exception cref="TimeoutException">It is not ready within ten minutes.</exception>
    public static async Task<ChildProcess> StartAsync(string program, string[] arguments, string ready)
    {
        var process = new Process
        {
            StartInfo = new(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        var child = new ChildProcess(process);
        // It has ended when it has exited and all that it wrote has been read.
        int open = 3;
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => Hear(null);
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

        void Hear(string? line)
        {
            if (line is not null)
                child.Hear(line, ready);
            else if (Interlocked.Decrement(ref open) == 0)
                child.End(program);
        }
    }

    /// <summary>kill -9: it gets to do nothing more.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Bytes of memory that it has at this moment.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Completes when the program has ended, however.</summary>
    public Task Ended => _ended.Task;

    /// <summary>A signal that a program can answer by ending in good order.</summary>
    public async Task TerminateAsync()
    {
        using var kill =
            Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Writes a line to the program and waits for one that begins with a prefix.</summary>
    /// <exception cref="InvalidOperationException">It ends before.</exception>
    public async Task<string> AskAsync(string line, string prefix)
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lines)
            _question = (prefix, heard);
        if (_ended.Task.IsCompleted)
            throw new InvalidOperationException("the program has ended");
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await heard.Task.WaitAsync(Patience);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void End(string program)
    {
        var error = new InvalidOperationException($"{program} ended: {Output}");
        lock (_lines)
            _question?.Heard.TrySetException(error);
        _ready.TrySetException(error);
        _ended.TrySetResult();
    }

    /// <summary>All that the program has written.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    private void Hear(string line, string ready)
    {
        lock (_lines)
        {
            _lines.Add(line);
            if (_question is { } question && line.StartsWith(question.Prefix, StringComparison.Ordinal))
                question.Heard.TrySetResult(line);
        }

        if (line.Contains(ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
