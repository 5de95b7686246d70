using System.Runtime.InteropServices;
using Orleans.Mmu.Client.Descriptors;

namespace Orleans.Mmu.Client.Exits;

/// <summary>
/// What SIGINT (Ctrl-C), SIGTERM and SIGHUP do to the process. The first cancels: the program has a moment to end well,
/// then the process ends even where a thread still waits for input that never comes. The second ends it at once. Either
/// way the exit code is <see cref="ExitCode.Cancelled"/>.
/// </summary>
internal sealed class Interruption : IDisposable
{
    // A silo is told to drop what it works on, and a pipe is told of the end, within this time.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    // Another thread that has taken the line over finishes it within this time; a pipe that is never read may block it.
    private static readonly TimeSpan LastLine = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;
    private int _told;

    private Interruption()
    {
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Takes over the signals of this process, until it is disposed of.</summary>
    public static Interruption OfProcess()
    {
        var interruption = new Interruption();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.Receive));
        return interruption;
    }

    /// <summary>
    /// Takes over the line that says that the command was cancelled; false where another thread has it already.
    /// </summary>
    public bool TakeCancelledLine() => Interlocked.Exchange(ref _told, 1) == 0;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        // The runtime's own answer would be to end the process with another exit code.
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
            Environment.Exit(ExitCode.Cancelled);
        // A thread of its own, since those of the pool may all be blocked.
        new Thread(EndAfterPatience) { IsBackground = true, Name = "end after a signal" }.Start();
        _source.Cancel();
    }

    private void EndAfterPatience()
    {
        Thread.Sleep(Patience);
        // Standard error may be a pipe that is full and that no process reads: then there is no line.
        if (!TakeCancelledLine())
            Thread.Sleep(LastLine);
        else if (InheritedDescriptor.IsOpen(2) && InheritedDescriptor.TakesALine(2))
            Console.Error.WriteLine("cancelled");
        Environment.Exit(ExitCode.Cancelled);
    }
}
