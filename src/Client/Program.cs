using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Exits;
using Orleans.Mmu.Client.Terminals;

// Neither is disposed of: the process ends with them.
var interruption = Interruption.OfProcess();
int code = await MmuProgram.Create().RunAsync(args, Terminal.OfProcess(), interruption.Token);

// Returning would wait for threads that still read input or explore after a cancellation.
Environment.Exit(code);
