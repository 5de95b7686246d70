using Orleans.Mmu.Client;
using Orleans.Mmu.Client.Terminals;

return await MmuProgram.Create().RunAsync(args, Terminal.OfProcess(), CancellationToken.None);
