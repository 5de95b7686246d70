using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

// Neither is disposed of: the process ends with them.
var interruption = Interruption.OfProcess();
var terminal = Terminal.OfProcess() with { TakesCancelledLine = interruption.TakeCancelledLine };
int code = await MmuProgram.Create().RunAsync(args, terminal, interruption.Token);

// Returning would wait for threads that still read input or explore after a cancellation.
Environment.Exit(code);
